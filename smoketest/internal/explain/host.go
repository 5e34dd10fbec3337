package explain

import (
	"regexp"
	"slices"
	"strings"

	"privateplayback/infra/outputs"
)

// storageHost matches the endpoints of S3, of a region or not, with a bucket or not.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
var storageHost = regexp.MustCompile(`^([a-z0-9._-]+\.)?s3([.-][a-z0-9-]+)*\.amazonaws\.com(\.cn)?$`)

// mayAsk reports whether a request may go to a host: it is AWS's, or the outputs name
// it, or whoever asks does.
func (i Inquiry) mayAsk(host string) bool {
	host = strings.ToLower(host)
	aws := strings.HasSuffix(host, ".cloudfront.net") || strings.HasSuffix(host, ".live-video.net") || storageHost.MatchString(host)
	return aws || host == strings.ToLower(i.Subject.named) || slices.Contains(namedHosts(i.Stack), host)
}

// namedHosts are those of the outputs.
func namedHosts(stack *outputs.Stack) []string {
	if stack == nil {
		return nil
	}
	hosts := []string{strings.ToLower(stack.DistributionDomainName), hostOf(stack.BaseURL), strings.ToLower(stack.BucketRegionalDomainName)}
	for _, c := range stack.Channels {
		hosts = append(hosts, hostOf(c.PlaybackURL))
	}
	return slices.DeleteFunc(hosts, func(host string) bool { return host == "" })
}

// hostOf is the host of a URL; empty if it has none.
func hostOf(rawURL string) string {
	u, err := parseURL(rawURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
