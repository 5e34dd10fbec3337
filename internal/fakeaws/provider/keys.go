package provider

import (
	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/edge"
)

type publicKeyInputs struct {
	Name       string `json:"name,omitempty" schema:"forcenew,computed" conflicts:"namePrefix" most:"128" match:"^[0-9A-Za-z_-]+$"`
	NamePrefix string `json:"namePrefix,omitempty" schema:"forcenew,computed" most:"102" match:"^[0-9A-Za-z_-]+$"`
	EncodedKey string `json:"encodedKey" schema:"forcenew"`
	Comment    string `json:"comment,omitempty"`
}

// publicKeyType reads the key back as the API hands it out, with a trailing
// newline: one that was given without is replaced in every run, as with the real
// provider.
//
// https://github.com/hashicorp/terraform-provider-aws/issues/20081
func publicKeyType() resourceType {
	return kind[publicKeyInputs]{
		name:     naming{property: "name", prefix: "namePrefix"},
		computed: []string{"callerReference", "etag"},
		create: func(c *fakeaws.Cloud, in publicKeyInputs) (string, error) {
			k, err := c.Edge.CreatePublicKey(edge.PublicKeyConfig{
				CallerReference: callerReference(), Name: named(in.Name, in.NamePrefix), EncodedKey: in.EncodedKey, Comment: in.Comment,
			})
			return k.ID, err
		},
		read: func(c *fakeaws.Cloud, id string, last publicKeyInputs) (publicKeyInputs, outputs, error) {
			k, err := c.Edge.PublicKey(id)
			return publicKeyInputs{k.Name, last.NamePrefix, k.EncodedKey, k.Comment},
				outputs{"callerReference": k.CallerReference, "etag": k.ETag}, err
		},
		update: func(c *fakeaws.Cloud, id string, in publicKeyInputs, old outputs) error {
			_, err := c.Edge.UpdatePublicKey(id, old.text("etag"), edge.PublicKeyConfig{
				CallerReference: old.text("callerReference"), Name: in.Name, EncodedKey: in.EncodedKey, Comment: in.Comment,
			})
			return err
		},
		delete: func(c *fakeaws.Cloud, id string, _ publicKeyInputs, old outputs) error {
			return c.Edge.DeletePublicKey(id, old.text("etag"))
		},
	}
}

type keyGroupInputs struct {
	Name    string   `json:"name,omitempty"`
	Comment string   `json:"comment,omitempty"`
	Items   []string `json:"items" schema:"set"`
}

func keyGroupType() resourceType {
	return kind[keyGroupInputs]{
		name:     naming{property: "name"},
		computed: []string{"etag"},
		create: func(c *fakeaws.Cloud, in keyGroupInputs) (string, error) {
			g, err := c.Edge.CreateKeyGroup(edge.KeyGroupConfig(in))
			return g.ID, err
		},
		read: func(c *fakeaws.Cloud, id string, _ keyGroupInputs) (keyGroupInputs, outputs, error) {
			g, err := c.Edge.KeyGroup(id)
			return keyGroupInputs(g.KeyGroupConfig), outputs{"etag": g.ETag}, err
		},
		update: func(c *fakeaws.Cloud, id string, in keyGroupInputs, old outputs) error {
			_, err := c.Edge.UpdateKeyGroup(id, old.text("etag"), edge.KeyGroupConfig(in))
			return err
		},
		delete: func(c *fakeaws.Cloud, id string, _ keyGroupInputs, old outputs) error {
			return c.Edge.DeleteKeyGroup(id, old.text("etag"))
		},
	}
}
