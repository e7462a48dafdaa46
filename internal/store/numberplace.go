package store

import (
	"cmp"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
)

// Where a number is, is read from the numbering plans (libphonenumber): its time zones,
// and in North America the state or province. A mobile number tells where it was given
// out, not where its owner is; a number that may be anywhere in its plan tells nothing.

// anywhere is from how many zones on a number tells nothing, as toll-free ones do.
const anywhere = 12

// numberPlaces finds places of numbers, and remembers those of North America, which
// the first seven digits tell.
type numberPlaces map[string]string

// of gives the zones and the state of a number, as a place is written; empty if it
// tells nothing.
func (p numberPlaces) of(number string) string {
	prefix := ""
	if strings.HasPrefix(number, "+1") && len(number) == 12 {
		prefix = number[:8]
		if known, ok := p[prefix]; ok {
			return known
		}
	}
	n, err := phonenumbers.Parse(number, "")
	if err != nil {
		return ""
	}
	zones, err := phonenumbers.GetTimezonesForNumber(n)
	if err != nil || len(zones) >= anywhere || slices.Contains(zones, phonenumbers.UNKNOWN_TIMEZONE) {
		zones = nil
	}
	place := compliance.JoinPlace(append(zones, stateOf(n))...)
	if prefix != "" {
		p[strings.Clone(prefix)] = place
	}
	return place
}

// stateOf is the state or province of a North American number, in ISO 3166-2, or empty.
// The plan says "Florida" or "Miami, FL".
func stateOf(n *phonenumbers.PhoneNumber) string {
	if n.GetCountryCode() != 1 {
		return ""
	}
	text, err := phonenumbers.GetGeocodingForNumber(n, "en")
	if err != nil {
		return ""
	}
	if i := strings.LastIndex(text, ", "); i >= 0 {
		text = text[i+2:]
	}
	return state(strings.Replace(text, "Colombia", "Columbia", 1)) // as one plan writes it
}

// state gives the ISO 3166-2 name of a state of the USA or a province of Canada, by
// its name, its two letters or that name itself; empty for another text.
func state(text string) string {
	if text = strings.TrimSpace(text); text == "" {
		return ""
	}
	for country, states := range map[string]map[string]string{"US": usStates, "CA": provinces} {
		for letters, name := range states {
			if strings.EqualFold(text, name) || strings.EqualFold(text, letters) || strings.EqualFold(text, country+"-"+letters) {
				return country + "-" + letters
			}
		}
	}
	if named := strings.ToUpper(text); compliance.IsState(named) {
		return named
	}
	return ""
}

// whereabouts puts together where a contact may be: what is written of him and of his
// state, and what his number tells. With both, where they disagree it is in each; what
// lies within what the number tells is no disagreement.
func (p numberPlaces) whereabouts(by campaign.ZoneBy, written, inState, number string) string {
	if by == campaign.ByColumn || by == "" {
		return compliance.JoinPlace(written, inState)
	}
	told := p.of(number)
	if by == campaign.ByNumber {
		return told
	}
	zones, states := compliance.SplitPlace(compliance.JoinPlace(written, inState))
	toldZones, toldStates := compliance.SplitPlace(told)
	return compliance.JoinPlace(append(agreed(zones, toldZones), agreed(states, toldStates)...)...)
}

// PlaceAt is where a contact may be who is called at a number. Where the campaign goes by
// that, and it is another than was imported, it tells so as on an import; one that tells
// nothing, as an extension does, leaves him where the list has him.
func (s *Store) PlaceAt(c campaign.Campaign, contact campaign.Contact, number string) compliance.Place {
	if by := c.ZoneBy(); by != campaign.ByColumn && number != contact.Number {
		contact.Zone = cmp.Or(numberPlaces{}.whereabouts(by, contact.Zone, "", number), contact.Zone)
	}
	return c.Place(contact, s.location)
}

// agreed is what is written if all of that is told too, or else both.
func agreed(written, told []string) []string {
	outside := slices.ContainsFunc(written, func(name string) bool { return !slices.Contains(told, name) })
	if len(written) > 0 && !outside {
		return written
	}
	return slices.Concat(written, told)
}

// usStates and provinces are named as the numbering plans name them.
var usStates = map[string]string{
	"AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado", "CT": "Connecticut",
	"DE": "Delaware", "DC": "Washington D.C.", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois",
	"IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland",
	"MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana",
	"NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York",
	"NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania",
	"RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah",
	"VT": "Vermont", "VA": "Virginia", "WA": "Washington State", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
	"PR": "Puerto Rico",
}

var provinces = map[string]string{
	"AB": "Alberta", "BC": "British Columbia", "MB": "Manitoba", "NB": "New Brunswick", "NL": "Newfoundland and Labrador",
	"NT": "Northwest Territories", "NS": "Nova Scotia", "NU": "Nunavut", "ON": "Ontario", "PE": "Prince Edward Island",
	"QC": "Quebec", "SK": "Saskatchewan", "YT": "Yukon",
}
