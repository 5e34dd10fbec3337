package provider

import (
	"fmt"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"privateplayback/internal/fakeaws"
)

// function is one of the provider's functions.
type function func(*fakeaws.Cloud, resource.PropertyMap) (plugin.InvokeResponse, error)

// invoked is a function with arguments of type A, which are the schema as inputs
// of a resource are.
func invoked[A any](call func(*fakeaws.Cloud, A) (outputs, error)) function {
	return func(c *fakeaws.Cloud, args resource.PropertyMap) (plugin.InvokeResponse, error) {
		if failures := checkShape(reflect.TypeFor[A](), plainMap(args), ""); len(failures) > 0 {
			return plugin.InvokeResponse{Failures: failures}, nil
		}
		in, err := decode[A](args)
		if err != nil {
			return plugin.InvokeResponse{}, err
		}
		result, err := call(c, in)
		if err != nil {
			return plugin.InvokeResponse{}, err
		}
		return plugin.InvokeResponse{Properties: resource.NewPropertyMapFromMap(result)}, nil
	}
}

type noArgs struct{}

// callerIdentity answers aws:index/getCallerIdentity: who deploys is the root of
// the account that owns everything.
func callerIdentity(*fakeaws.Cloud, noArgs) (outputs, error) {
	return outputs{"accountId": fakeaws.AccountID, "arn": "arn:aws:iam::" + fakeaws.AccountID + ":root", "id": fakeaws.AccountID, "userId": fakeaws.AccountID}, nil
}

// partition answers aws:index/getPartition; the stand-in has the commercial one.
func partition(*fakeaws.Cloud, noArgs) (outputs, error) {
	return outputs{"dnsSuffix": "amazonaws.com", "id": "aws", "partition": "aws", "reverseDnsPrefix": "com.amazonaws"}, nil
}

type regionArgs struct {
	Name string `json:"name,omitempty"`
}

func (regionArgs) limits() map[string]string { return unmodelled("endpoint id") }

// region answers aws:index/getRegion. The description, a city's name, is left
// out: nothing is deployed by it.
func region(c *fakeaws.Cloud, in regionArgs) (outputs, error) {
	if in.Name != "" && in.Name != c.Region {
		return nil, fmt.Errorf("the stand-in has no region %q; it plays %q", in.Name, c.Region)
	}
	return outputs{"description": "", "endpoint": "ec2." + c.Region + ".amazonaws.com", "id": c.Region, "name": c.Region}, nil
}
