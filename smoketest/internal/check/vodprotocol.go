package check

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

func vodProtocolChecks() []Check {
	return []Check{
		{ID: "vod.protocol.http", Rule: ruleHTTPS,
			Proves: "Plain HTTP is redirected to the same URL under https, or refused, as viewerProtocolPolicy says, for each sort of file.",
			run:    eachKind(plainHTTP)},
		{ID: "vod.protocol.method", Rule: ruleMethods,
			Proves: "A method that the behavior does not list is refused by the edge, for each sort of file.",
			run:    eachKind(refusedAt(signedURL, posted, deniedByEdge()))},
	}
}

// plainHTTP asks for a URL signed for https, whose query must survive.
func plainHTTP(ctx context.Context, s *session, u *url.URL) error {
	if _, err := s.control(ctx, u, s.canned); err != nil {
		return err
	}
	req, err := s.canned(ctx, u)
	if err != nil {
		return err
	}
	want := req.URL.String()
	insecure := *req.URL
	insecure.Scheme = "http"
	req, err = plain(ctx, &insecure)
	if err != nil {
		return err
	}
	x, err := s.do(req)
	if err != nil {
		return err
	}
	if s.Stack.ViewerProtocolPolicy == "https-only" {
		return deniedByEdge().check(x)
	}
	if x.status != http.StatusMovedPermanently {
		return &Failure{Asked: x.asked, Want: "301 to https", Got: x.got(), Cause: "http-open"}
	}
	if got := x.header.Get("Location"); got != want {
		return &Failure{Asked: x.asked, Want: "Location: " + Mask(want), Got: "Location: " + Mask(got),
			Cause: "redirect-loses-query"}
	}
	return nil
}

// posted sends a signed POST without a body.
func posted(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	req, err := s.canned(ctx, u)
	if err != nil {
		return nil, err
	}
	post, err := newRequest(ctx, http.MethodPost, req.URL.String())
	if err != nil {
		return nil, fmt.Errorf("making the POST request: %w", err)
	}
	return post, nil
}
