package stack

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// recorder is an engine that takes every resource, and hands out the computed
// outputs that others depend on.
type recorder struct {
	mu        sync.Mutex
	resources map[string]pulumi.MockResourceArgs // by type and name
	zones     map[string]resource.PropertyMap    // what getZone tells, by id, nil for no such zone; the zone of example.com stands in for others
}

func (r *recorder) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resources[args.TypeToken+" "+args.Name] = args
	state := args.Inputs.Copy()
	for key, value := range map[string]string{
		"arn": "arn:of:" + args.Name, "bucket": "media-1", "bucketRegionalDomainName": "media-1.s3.us-west-2.amazonaws.com",
		"cloudfrontAccessIdentityPath": "origin-access-identity/cloudfront/E1", "iamArn": "arn:identity", "region": "us-west-2",
		"domainName": "d1.cloudfront.net", "fingerprint": "00:11", "playbackUrl": "https://c1/x.m3u8", "ingestEndpoint": "c1.contribute", "hostedZoneId": "Z2FDTNDATAQYW2", "fqdn": "_x.video.example.com", "certificateArn": "arn:of:certificate",
	} {
		if !state.HasValue(resource.PropertyKey(key)) {
			state[resource.PropertyKey(key)] = resource.NewStringProperty(value)
		}
	}
	if args.TypeToken == "aws:acm/certificate:Certificate" {
		state["domainValidationOptions"] = resource.NewArrayProperty([]resource.PropertyValue{resource.NewObjectProperty(resource.PropertyMap{
			"resourceRecordName":  resource.NewStringProperty("_x.video.example.com."),
			"resourceRecordType":  resource.NewStringProperty("CNAME"),
			"resourceRecordValue": resource.NewStringProperty("_y.acm-validations.aws."),
		})})
	}
	return "id-of-" + args.Name, state, nil
}

func (r *recorder) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	if args.Token == "aws:route53/getZone:getZone" {
		switch zone, ok := r.zones[args.Args["zoneId"].StringValue()]; {
		case ok && zone == nil:
			return nil, errors.New("NoSuchHostedZone")
		case ok:
			return zone, nil
		}
		return resource.PropertyMap{"name": resource.NewStringProperty("example.com")}, nil
	}
	return resource.PropertyMap{"value": resource.NewStringProperty("the-stream-key")}, nil
}

// property walks into the inputs of a resource; path parts are property names
// and list indices.
func (r *recorder) property(t *testing.T, res string, path ...any) resource.PropertyValue {
	t.Helper()
	args, ok := r.resources[res]
	if !ok {
		t.Fatalf("no resource %q", res)
	}
	v := resource.NewObjectProperty(args.Inputs)
	for _, step := range path {
		switch s := step.(type) {
		case string:
			v = v.ObjectValue()[resource.PropertyKey(s)]
		case int:
			v = v.ArrayValue()[s]
		}
		if v.IsOutput() {
			v = v.OutputValue().Element
		}
	}
	return v
}

func run(t *testing.T, settings map[string]string, program pulumi.RunFunc) (*recorder, error) {
	t.Helper()
	r := &recorder{resources: map[string]pulumi.MockResourceArgs{}}
	err := pulumi.RunErr(program, pulumi.WithMocks("private-playback", "test", r), func(info *pulumi.RunInfo) {
		info.Config = map[string]string{"aws:region": "us-west-2"}
		for key, value := range settings {
			if !strings.Contains(key, ":") {
				key = "private-playback:" + key
			}
			info.Config[key] = value
		}
	})
	return r, err
}

// publicKeys are PEMs of every kind that a test needs.
type publicKeys struct{ rsa, rsa4096, p256, p256b, p384, p384b string }

// testKeys are made once: RSA keys take a while.
var testKeys = sync.OnceValue(func() publicKeys {
	rsaKey := func(bits int) string {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			panic(err)
		}
		return publicPEM(key.Public())
	}
	ec := func(curve elliptic.Curve) string {
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			panic(err)
		}
		return publicPEM(key.Public())
	}
	return publicKeys{
		rsa: rsaKey(2048), rsa4096: rsaKey(4096), p256: ec(elliptic.P256()), p256b: ec(elliptic.P256()),
		p384: ec(elliptic.P384()), p384b: ec(elliptic.P384()),
	}
})

func publicPEM(key crypto.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func toJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func keyList(pems ...string) []map[string]string {
	list := []map[string]string{}
	for _, text := range pems {
		list = append(list, map[string]string{"publicKey": text})
	}
	return list
}
