package edge_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"privateplayback/internal/fakeaws/edge"
)

func ExampleNew() {
	cdn := edge.New(edge.Options{Fetch: func(req *http.Request, identityARN string) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("#EXTM3U\n"))}, nil
	}})
	key, err := cdn.CreatePublicKey(edge.PublicKeyConfig{CallerReference: "1", Name: "viewer", EncodedKey: `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt
6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==
-----END PUBLIC KEY-----`})
	if err != nil {
		fmt.Println(err)
		return
	}
	group, err := cdn.CreateKeyGroup(edge.KeyGroupConfig{Name: "viewers", Items: []string{key.ID}})
	if err != nil {
		fmt.Println(err)
		return
	}
	dist, err := cdn.CreateDistribution(edge.DistributionConfig{
		CallerReference: "1",
		Enabled:         true,
		Origins:         []edge.Origin{{ID: "media", DomainName: "media.s3.eu-west-1.amazonaws.com"}},
		DefaultBehavior: edge.Behavior{
			TargetOriginID:       "media",
			ViewerProtocolPolicy: "redirect-to-https",
			AllowedMethods:       []string{"GET", "HEAD"},
			CachedMethods:        []string{"GET", "HEAD"},
			CachePolicyID:        "658327ea-f89d-4fab-a63d-7e88639e58f6", // CachingOptimized
			TrustedKeyGroups:     []string{group.ID},
		},
		ViewerCertificate: edge.ViewerCertificate{CloudFrontDefault: true},
		GeoRestriction:    edge.GeoRestriction{Type: "none"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	r := httptest.NewRequest("GET", "/master.m3u8", nil)
	r.Host = dist.DomainName
	r.TLS = &tls.ConnectionState{}
	w := httptest.NewRecorder()
	cdn.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Body)
	// Output:
	// 403 <?xml version="1.0" encoding="UTF-8"?><Error><Code>MissingKey</Code><Message>Missing Key-Pair-Id query parameter or cookie value</Message></Error>
}
