package provider

import (
	"encoding/json"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"

	"privateplayback/internal/fakeaws"
)

type policyDocumentArgs struct {
	PolicyID   string              `json:"policyId,omitempty"`
	Version    string              `json:"version,omitempty" oneof:"2012-10-17 2008-10-17"`
	Statements []documentStatement `json:"statements,omitempty"`
}

func (policyDocumentArgs) limits() map[string]string {
	return unmodelled("overrideJson overridePolicyDocuments sourceJson sourcePolicyDocuments")
}

type documentStatement struct {
	Sid           string              `json:"sid,omitempty"`
	Effect        string              `json:"effect,omitempty" oneof:"Allow Deny"`
	Actions       []string            `json:"actions,omitempty"`
	NotActions    []string            `json:"notActions,omitempty"`
	Resources     []string            `json:"resources,omitempty"`
	NotResources  []string            `json:"notResources,omitempty"`
	Principals    []documentPrincipal `json:"principals,omitempty"`
	NotPrincipals []documentPrincipal `json:"notPrincipals,omitempty"`
	Conditions    []documentCondition `json:"conditions,omitempty"`
}

type documentPrincipal struct {
	Type        string   `json:"type"`
	Identifiers []string `json:"identifiers"`
}

type documentCondition struct {
	Test     string   `json:"test"`
	Variable string   `json:"variable"`
	Values   []string `json:"values"`
}

// policyDocument answers aws:iam/getPolicyDocument, which writes a policy down
// and asks nobody.
//
// https://www.pulumi.com/registry/packages/aws/api-docs/iam/getpolicydocument/
func policyDocument(_ *fakeaws.Cloud, in policyDocumentArgs) (outputs, error) {
	document := map[string]any{"Version": "2012-10-17"}
	if in.Version != "" {
		document["Version"] = in.Version
	}
	if in.PolicyID != "" {
		document["Id"] = in.PolicyID
	}
	statements := []any{}
	for _, s := range in.Statements {
		statements = append(statements, s.written())
	}
	if len(statements) > 0 {
		document["Statement"] = statements
	}
	short, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	long, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return nil, err
	}
	id := strconv.FormatUint(uint64(crc32.ChecksumIEEE(long)), 10)
	return outputs{"id": id, "json": string(long), "minifiedJson": string(short)}, nil
}

func (s documentStatement) written() map[string]any {
	out := map[string]any{"Effect": "Allow"}
	if s.Effect != "" {
		out["Effect"] = s.Effect
	}
	if s.Sid != "" {
		out["Sid"] = s.Sid
	}
	for name, list := range map[string][]string{
		"Action": s.Actions, "NotAction": s.NotActions, "Resource": s.Resources, "NotResource": s.NotResources,
	} {
		if len(list) > 0 {
			out[name] = oneOrMany(list)
		}
	}
	for name, list := range map[string][]documentPrincipal{"Principal": s.Principals, "NotPrincipal": s.NotPrincipals} {
		if len(list) > 0 {
			out[name] = writtenPrincipals(list)
		}
	}
	if len(s.Conditions) > 0 {
		out["Condition"] = writtenConditions(s.Conditions)
	}
	return out
}

// writtenPrincipals joins the identifiers of each type. The type "*" with the
// identifier "*" is everybody.
func writtenPrincipals(list []documentPrincipal) any {
	types := map[string][]string{}
	for _, p := range list {
		types[p.Type] = append(types[p.Type], p.Identifiers...)
	}
	if slices.Equal(types["*"], []string{"*"}) && len(types) == 1 {
		return "*"
	}
	out := map[string]any{}
	for kind, identifiers := range types {
		out[kind] = oneOrMany(identifiers)
	}
	return out
}

func writtenConditions(list []documentCondition) map[string]any {
	tests := map[string]map[string][]string{}
	for _, c := range list {
		if tests[c.Test] == nil {
			tests[c.Test] = map[string][]string{}
		}
		tests[c.Test][c.Variable] = append(tests[c.Test][c.Variable], c.Values...)
	}
	out := map[string]any{}
	for test, variables := range tests {
		members := map[string]any{}
		for variable, values := range variables {
			members[variable] = oneOrMany(values)
		}
		out[test] = members
	}
	return out
}

// oneOrMany is a list, in no order that means anything, or its only text. The
// function writes variables as &{…}, since ${…} is the program's own.
func oneOrMany(list []string) any {
	written := []string{}
	for _, text := range list {
		written = append(written, strings.ReplaceAll(text, "&{", "${"))
	}
	if len(written) == 1 {
		return written[0]
	}
	slices.Sort(written)
	return slices.Compact(written)
}
