package provider

import (
	"fmt"
	"strings"

	"privateplayback/internal/fakeaws"
)

// policyArgs name a policy of CloudFront by id or name, not both.
type policyArgs struct {
	ID   string `json:"id,omitempty" conflicts:"name"`
	Name string `json:"name,omitempty"`
}

// find reads a policy by its id, which is looked for by name if need be.
func find[P any](in policyArgs, what string, idOf func(string) string, read func(string) (P, error)) (P, error) {
	id := in.ID
	if id == "" {
		id = idOf(in.Name)
	}
	if id == "" {
		var none P
		return none, fmt.Errorf("no CloudFront %s with the name %q", what, in.Name)
	}
	return read(id)
}

// looked is the result of a lookup: the inputs of a resource as a function of the
// real provider shows them, and its outputs.
func looked(in any, id string, out outputs) (outputs, error) {
	properties, err := encode(in)
	if err != nil {
		return nil, err
	}
	result := outputs{"id": id, "comment": ""}
	for key, value := range plurals(plainMap(properties)) {
		result[key] = value
	}
	for key, value := range out {
		result[key] = value
	}
	return result, nil
}

// plurals puts each object into a list of one under the plural of its name, as
// the functions of the real provider show it.
func plurals(m map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range m {
		switch v := value.(type) {
		case map[string]any:
			out[plural(name)] = []any{plurals(v)}
		case []any:
			list := []any{}
			for _, item := range v {
				if members, ok := item.(map[string]any); ok {
					item = plurals(members)
				}
				list = append(list, item)
			}
			out[name] = list
		default:
			out[name] = value
		}
	}
	return out
}

func plural(name string) string {
	if strings.HasSuffix(name, "s") {
		return name
	}
	if stem, ok := strings.CutSuffix(name, "y"); ok {
		return stem + "ies"
	}
	return name + "s"
}

func findCachePolicy(c *fakeaws.Cloud, in policyArgs) (outputs, error) {
	p, err := find(in, "cache policy", c.Edge.CachePolicyID, c.Edge.CachePolicy)
	if err != nil {
		return nil, err
	}
	return looked(cachePolicyInputsOf(p.CachePolicyConfig), p.ID, cachePolicyOutputs(p))
}

func findOriginRequestPolicy(c *fakeaws.Cloud, in policyArgs) (outputs, error) {
	p, err := find(in, "origin request policy", c.Edge.OriginRequestPolicyID, c.Edge.OriginRequestPolicy)
	if err != nil {
		return nil, err
	}
	return looked(originRequestPolicyInputsOf(p.OriginRequestPolicyConfig), p.ID, originRequestPolicyOutputs(p))
}

func findResponseHeadersPolicy(c *fakeaws.Cloud, in policyArgs) (outputs, error) {
	p, err := find(in, "response headers policy", c.Edge.ResponseHeadersPolicyID, c.Edge.ResponseHeadersPolicy)
	if err != nil {
		return nil, err
	}
	return looked(responseHeadersPolicyInputsOf(p.ResponseHeadersPolicyConfig), p.ID, responseHeadersPolicyOutputs(p))
}
