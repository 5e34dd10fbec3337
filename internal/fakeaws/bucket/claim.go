package bucket

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"privateplayback/internal/fakeaws/journal"
)

// A request claims to be signed in its Authorization header, after
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html,
//
//	AWS4-HMAC-SHA256 Credential=ID/DATE/REGION/s3/aws4_request, SignedHeaders=host;…, Signature=HEX
//
// or in its query, after
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html.

const (
	signatureAlgorithm = "AWS4-HMAC-SHA256"
	amzDateFormat      = "20060102T150405Z"
	maxSkew            = 15 * time.Minute
	maxExpires         = 7 * 24 * time.Hour
)

// claim is what a request says of its signature.
type claim struct {
	accessKeyID, day, region, service, terminator string

	signedHeaders []string
	signature     string
	at            time.Time
	presigned     bool
	expires       time.Duration // of a presigned URL
}

// scope is the credential scope.
func (c claim) scope() string {
	return strings.Join([]string{c.day, c.region, c.service, c.terminator}, "/")
}

// malformed gives the refusal of a claim that cannot be read.
func (c claim) malformed(detail string) *refusal {
	f := refusal{status: http.StatusBadRequest, code: "AuthorizationHeaderMalformed", message: "The authorization header is malformed; " + detail}
	if c.presigned {
		f.code, f.message = "AuthorizationQueryParametersError", "Error parsing the X-Amz-Credential parameter; "+detail
	}
	return &f
}

func badAuthQuery(message string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "AuthorizationQueryParametersError", message: message}
}

// parseClaim reads the one claim of a request that has at least one.
func parseClaim(r *http.Request, query url.Values) (claim, *refusal) {
	headers := r.Header.Values("Authorization")
	signed := queryHasAny(query, "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature")
	older := queryHasAny(query, "AWSAccessKeyId")
	switch {
	case len(headers) > 1, len(headers) == 1 && (signed || older), signed && older:
		f := refusal{status: http.StatusBadRequest, code: "InvalidArgument",
			message: "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified"}
		return claim{}, &f
	case older:
		return claim{}, &errOlderSignature
	case len(headers) == 1:
		return parseAuthorization(r, headers[0])
	}
	return parsePresigned(query)
}

func queryHasAny(query url.Values, names ...string) bool {
	return slices.ContainsFunc(names, query.Has)
}

func parseAuthorization(r *http.Request, value string) (c claim, f *refusal) {
	algorithm, rest, _ := strings.Cut(value, " ")
	switch algorithm {
	case signatureAlgorithm:
	case "AWS":
		return c, &errOlderSignature
	default:
		f := refusal{status: http.StatusBadRequest, code: "InvalidArgument", message: "Unsupported Authorization Type"}.
			with("ArgumentName", "Authorization")
		return c, &f
	}
	fields := map[string]string{}
	for item := range strings.SplitSeq(rest, ",") {
		name, v, ok := strings.Cut(strings.TrimSpace(item), "=")
		if _, again := fields[name]; !ok || again || !slices.Contains([]string{"Credential", "SignedHeaders", "Signature"}, name) {
			return c, c.malformed("the Credential, SignedHeaders and Signature are required, each once.")
		}
		fields[name] = v
	}
	if len(fields) != 3 {
		return c, c.malformed("the Credential, SignedHeaders and Signature are required, each once.")
	}
	if f := c.readParts(fields["Credential"], fields["SignedHeaders"], fields["Signature"]); f != nil {
		return c, f
	}
	var err error
	if v := r.Header.Get("X-Amz-Date"); v != "" {
		c.at, err = time.Parse(amzDateFormat, v)
	} else if c.at, err = http.ParseTime(r.Header.Get("Date")); err != nil {
		c.at, err = time.Parse(amzDateFormat, r.Header.Get("Date"))
	}
	if err != nil {
		f := errAccessDenied
		f.message = "AWS authentication requires a valid Date or x-amz-date header"
		return c, f.because("neither X-Amz-Date nor Date is a date")
	}
	return c, nil
}

func parsePresigned(query url.Values) (claim, *refusal) {
	c := claim{presigned: true}
	for _, name := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires"} {
		if len(query[name]) != 1 {
			return c, badAuthQuery("Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.")
		}
	}
	if query.Get("X-Amz-Algorithm") != signatureAlgorithm {
		return c, badAuthQuery(`X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"`)
	}
	if f := c.readParts(query.Get("X-Amz-Credential"), query.Get("X-Amz-SignedHeaders"), query.Get("X-Amz-Signature")); f != nil {
		return c, f
	}
	var err error
	if c.at, err = time.Parse(amzDateFormat, query.Get("X-Amz-Date")); err != nil {
		return c, badAuthQuery(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`)
	}
	seconds, err := strconv.ParseInt(query.Get("X-Amz-Expires"), 10, 32)
	switch {
	case err != nil:
		return c, badAuthQuery("X-Amz-Expires should be a number")
	case seconds < 0:
		return c, badAuthQuery("X-Amz-Expires must be non-negative")
	case seconds > int64(maxExpires/time.Second):
		return c, badAuthQuery("X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds")
	}
	c.expires = time.Duration(seconds) * time.Second
	return c, nil
}

// readParts takes the three parts that both forms have.
func (c *claim) readParts(credential, signedHeaders, signature string) *refusal {
	parts := strings.Split(credential, "/")
	if len(parts) != 5 || parts[0] == "" {
		return c.malformed(`the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`)
	}
	c.accessKeyID, c.day, c.region, c.service, c.terminator = parts[0], parts[1], parts[2], parts[3], parts[4]
	c.signedHeaders, c.signature = strings.Split(signedHeaders, ";"), signature
	for i, name := range c.signedHeaders {
		if name == "" || name != strings.ToLower(name) || i > 0 && name <= c.signedHeaders[i-1] {
			return c.malformed("the SignedHeaders are not lower-case names in order.")
		}
	}
	return nil
}

// checkScope refuses a credential for another day, region or service.
func (c claim) checkScope(region string) *refusal {
	switch {
	case c.day != c.at.UTC().Format("20060102"):
		return c.malformed("Invalid credential date " + strconv.Quote(c.day) + ". This date is not the same as X-Amz-Date: " + strconv.Quote(c.at.UTC().Format("20060102")) + ".")
	case c.region != region:
		f := c.malformed("the region '"+c.region+"' is wrong; expecting '"+region+"'").with("Region", region)
		return &f
	case c.service != "s3":
		return c.malformed("incorrect service " + strconv.Quote(c.service) + `. This endpoint belongs to "s3".`)
	case c.terminator != "aws4_request":
		return c.malformed("incorrect terminal " + strconv.Quote(c.terminator) + `. This endpoint uses "aws4_request".`)
	}
	return nil
}

// checkTime refuses a request that was signed too long before or after now.
func (c claim) checkTime(now time.Time) *refusal {
	server := now.UTC().Format(time.RFC3339)
	if !c.presigned {
		if d := now.Sub(c.at); d > maxSkew || d < -maxSkew {
			return errTimeSkewed.with("RequestTime", c.at.UTC().Format(amzDateFormat)).with("ServerTime", server).
				with("MaxAllowedSkewMilliseconds", strconv.FormatInt(maxSkew.Milliseconds(), 10)).
				because("the request was signed %s, and it is %s: more than %s apart", journal.Time(c.at), journal.Time(now), maxSkew)
		}
		return nil
	}
	f := errAccessDenied
	switch end := c.at.Add(c.expires); {
	case c.at.Sub(now) > maxSkew:
		f.message = "Request is not yet valid"
	case !now.Before(end):
		f.message = "Request has expired"
		f = f.with("X-Amz-Expires", strconv.Itoa(int(c.expires/time.Second))).with("Expires", end.UTC().Format(time.RFC3339))
	default:
		return nil
	}
	return f.with("ServerTime", server).because("%s: it was signed %s for %s", f.message, journal.Time(c.at), c.expires)
}
