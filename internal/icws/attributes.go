package icws

import (
	"cmp"
	"maps"
	"strconv"
	"strings"

	"github.com/outdial/outdial/internal/dialer"
)

// contactData is what a pop tells of a contact: all of the customer's columns, what
// clients set on the call, and the dialer's attributes. The later win over the
// earlier where they have the same name, which for the dialer's is without case.
func contactData(c dialer.CallView) map[string]string {
	data, own := map[string]string{}, dialersOwn(c)
	for _, told := range []map[string]string{c.Contact.Columns, c.Attributes} {
		for name, value := range told {
			if _, taken := own[strings.ToUpper(name)]; !taken {
				data[name] = value
			}
		}
	}
	maps.Copy(data, own)
	return data
}

// dialersOwn are the attributes that the dialer makes, with names in capitals.
func dialersOwn(c dialer.CallView) map[string]string {
	identity := strconv.FormatInt(int64(c.Contact.ID), 10)
	return map[string]string{
		"I3_IDENTITY":           identity,
		"IS_ATTR_I3_IDENTITY":   identity,
		"IS_ATTR_CALLID":        string(c.ID),
		"IS_ATTR_CAMPAIGNID":    string(c.Campaign.ID),
		"IS_ATTR_CAMPAIGNNAME":  c.Campaign.Name,
		"IS_ATTR_NUMBERTODIAL":  cmp.Or(c.Number, c.Contact.Number),
		"IS_ATTR_STATUS":        string(c.Contact.Status),
		"IS_ATTR_ATTEMPTS":      strconv.Itoa(c.Contact.Attempts),
		"IS_ATTR_ZONE":          cmp.Or(c.Contact.Zone, c.Campaign.Zone),
		"IS_ATTR_WORKGROUPNAME": c.Campaign.Workgroup,
		"IS_ATTR_STAGE":         strconv.Itoa(c.Stage),
	}
}
