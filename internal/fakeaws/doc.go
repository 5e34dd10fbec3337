// Package fakeaws is the local stand-in for the part of AWS that private
// playback runs on: S3, one edge location of CloudFront, and Amazon IVS; and, for
// domains of one's own, ACM and Route 53.
//
// A Cloud holds the services. Its control plane is the Go methods of
// bucket.Service, edge.Service and so on, which package provider calls for the
// Pulumi engine; its data plane answers HTTP under AWS's own host names, and
// knows nothing but what the control plane was told.
//
//	cloud := fakeaws.New(fakeaws.Options{})
//	endpoint, err := fakeaws.Listen(cloud, "127.0.0.1:0")
//	if err != nil { … }
//	defer endpoint.Close()
//	client := endpoint.Client() // reaches https://d….cloudfront.net here
//
// New gives a cloud that ends with the process; Open gives one that a folder
// keeps, and a Store that saves it.
//
// Nothing of it imports package signer: what one signs the other judges by code
// of its own.
package fakeaws
