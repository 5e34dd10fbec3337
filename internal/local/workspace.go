package local

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"privateplayback/infra/stack"
	"privateplayback/infra/stack/sample"
)

// The names that a local stack bears.
const (
	projectName = "private-playback"
	stackName   = "local"
)

// folder is the temporary place of a local run.
type folder struct{ root string }

func newFolder() (folder, error) {
	root, err := os.MkdirTemp("", "private-playback-")
	if err != nil {
		return folder{}, fmt.Errorf("making a temporary folder: %w; set TMPDIR", err)
	}
	if root, err = filepath.Abs(root); err != nil {
		return folder{}, err
	}
	f := folder{root}
	for _, dir := range []string{f.home(), f.backend(), f.project()} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return f, err
		}
	}
	return f, nil
}

func (f folder) home() string    { return filepath.Join(f.root, "home") }
func (f folder) backend() string { return filepath.Join(f.root, "backend") }
func (f folder) project() string { return filepath.Join(f.root, "project") }

// unpackSample lays the sample where the program looks for it.
func (f folder) unpackSample() error {
	return fs.WalkDir(sample.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(f.project(), filepath.FromSlash(stack.SampleDir), filepath.FromSlash(name))
		if entry.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		data, err := sample.Files.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(to, data, 0o644)
	})
}

// Environment isolates a CLI from the user's own Pulumi and AWS settings, and
// attaches it to the stand-in's provider. home and backend are folders in root.
func Environment(root, passphrase, debugProviders string) map[string]string {
	f := folder{root}
	return map[string]string{
		"PULUMI_HOME":                                 f.home(),
		"PULUMI_BACKEND_URL":                          (&url.URL{Scheme: "file", Path: filepath.ToSlash(f.backend())}).String(),
		"PULUMI_ACCESS_TOKEN":                         "",
		"PULUMI_CONFIG_PASSPHRASE":                    passphrase,
		"PULUMI_CONFIG_PASSPHRASE_FILE":               "",
		"PULUMI_DEBUG_PROVIDERS":                      debugProviders,
		"PULUMI_SKIP_UPDATE_CHECK":                    "true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
		"AWS_ACCESS_KEY_ID":                           "",
		"AWS_SECRET_ACCESS_KEY":                       "",
		"AWS_SESSION_TOKEN":                           "",
		"AWS_PROFILE":                                 "",
		"AWS_SHARED_CREDENTIALS_FILE":                 os.DevNull,
		"AWS_CONFIG_FILE":                             os.DevNull,
	}
}

// newProject is the part of Pulumi.yaml that the engine needs.
func newProject() *workspace.Project {
	return &workspace.Project{
		Name:    tokens.PackageName(projectName),
		Runtime: workspace.NewProjectRuntimeInfo("go", nil),
		Main:    "infra",
	}
}

// newStack makes an empty stack in the folder. settings are its config by key,
// as they would stand in Pulumi.local.yaml.
func (f folder) newStack(ctx context.Context, cli CLI, project *workspace.Project, program pulumi.RunFunc, env map[string]string, settings config.Map) (auto.Stack, error) {
	return auto.NewStackInlineSource(ctx, stackName, projectName, program,
		auto.Pulumi(&frugal{PulumiCommand: cli}), auto.WorkDir(f.project()), auto.PulumiHome(f.home()), auto.EnvVars(env),
		auto.SecretsProvider("passphrase"), auto.Project(*project),
		auto.Stacks(map[string]workspace.ProjectStack{stackName: {Config: settings}}),
	)
}

// settings writes structured values as the engine keeps them.
func settings(values map[string]any) (config.Map, error) {
	m := config.Map{}
	for name, value := range values {
		key, err := config.ParseKey(name)
		if err != nil {
			return nil, err
		}
		if text, ok := value.(string); ok {
			m[key] = config.NewValue(text)
			continue
		}
		data, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("writing the setting %q: %w", name, err)
		}
		m[key] = config.NewObjectValue(string(data))
	}
	return m, nil
}
