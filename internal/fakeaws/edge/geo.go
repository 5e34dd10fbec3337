package edge

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// countryCodes are those of ISO 3166-1 alpha-2, in which the United Kingdom is GB
// (assumption edge.country-codes).
//
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GeoRestriction.html
const countryCodes = `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
	BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
	EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
	HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
	LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
	NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
	SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
	TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`

func checkGeoRestriction(op string, c *DistributionConfig) error {
	g := c.GeoRestriction
	valid := g.Type == "none" && len(g.Locations) == 0 ||
		(g.Type == "whitelist" || g.Type == "blacklist") && len(g.Locations) > 0
	known := strings.Fields(countryCodes)
	for i, country := range g.Locations {
		valid = valid && slices.Contains(known, country) && !slices.Contains(g.Locations[:i], country)
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
