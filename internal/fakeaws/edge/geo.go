package edge

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var countryCode = regexp.MustCompile(`^[A-Z]{2}$`)

func checkGeoRestriction(op string, c *DistributionConfig) error {
	g := c.GeoRestriction
	valid := g.Type == "none" && len(g.Locations) == 0 ||
		(g.Type == "whitelist" || g.Type == "blacklist") && len(g.Locations) > 0
	for i, country := range g.Locations {
		valid = valid && countryCode.MatchString(country) && !slices.Contains(g.Locations[:i], country)
	}
	if valid {
		return nil
	}
	return refuse(op, http.StatusBadRequest, "InvalidGeoRestrictionParameter",
		"The specified geo restriction parameter is not valid.")
}

// blocks tells whether viewers of a country are shut out. A viewer whose country
// is unknown is served.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/georestrictions.html
func (g GeoRestriction) blocks(country string) bool {
	if g.Type == "none" || country == "" {
		return false
	}
	return slices.Contains(g.Locations, country) == (g.Type == "blacklist")
}

func (g GeoRestriction) blocked(country string) *refusal {
	return page(http.StatusForbidden, "The Amazon CloudFront distribution is configured to block access from your country.",
		"geo restriction: the "+g.Type+" "+strings.Join(g.Locations, ", ")+" shuts out viewers from "+strconv.Quote(country))
}
