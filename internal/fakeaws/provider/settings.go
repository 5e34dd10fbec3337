package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// The provider settings that mean something here; the others would be ignored
// silently, so they are refused. The engine hands over a boolean as text.
const (
	textSettings = "region version"
	flagSettings = "skipCredentialsValidation skipMetadataApiCheck skipRegionValidation skipRequestingAccountId"
)

// CheckConfig refuses settings that the stand-in does not model.
func (p *Provider) CheckConfig(_ context.Context, req plugin.CheckConfigRequest) (plugin.CheckConfigResponse, error) {
	failures := []plugin.CheckFailure{}
	for key, value := range req.News {
		if reason := whyRefused(string(key), plain(value)); reason != "" {
			failures = append(failures, failure(string(key), "%s", reason))
		}
	}
	slices.SortFunc(failures, func(a, b plugin.CheckFailure) int { return strings.Compare(string(a.Property), string(b.Property)) })
	return plugin.CheckConfigResponse{Properties: req.News, Failures: failures}, nil
}

// whyRefused tells what is wrong with a setting, "" for nothing.
func whyRefused(name string, value any) string {
	if _, ok := value.(unknown); ok {
		return ""
	}
	switch {
	case slices.Contains(strings.Fields(textSettings), name):
		if _, ok := value.(string); !ok {
			return fmt.Sprintf("expected a string, got %T", value)
		}
	case slices.Contains(strings.Fields(flagSettings), name):
		if value != true && value != false && value != "true" && value != "false" {
			return "expected true or false"
		}
	default:
		return "the stand-in takes no such provider setting; unset aws:" + name + " on this stack"
	}
	return ""
}

// DiffConfig finds no difference that would need a new provider.
func (p *Provider) DiffConfig(context.Context, plugin.DiffConfigRequest) (plugin.DiffConfigResponse, error) {
	return plugin.DiffConfigResponse{Changes: plugin.DiffNone}, nil
}
