package icws

import (
	"cmp"
	"maps"
	"strconv"

	"github.com/outdial/outdial/internal/dialer"
)

// contactData is what a pop tells of a contact: all of the customer's columns, what
// clients set on the call, and the dialer's attributes. The later win over the
// earlier where they have the same name.
func contactData(c dialer.CallView) map[string]string {
	data := map[string]string{}
	maps.Copy(data, c.Contact.Columns)
	maps.Copy(data, c.Attributes)
	data["I3_IDENTITY"] = strconv.FormatInt(int64(c.Contact.ID), 10)
	data["IS_ATTR_CALLID"] = string(c.ID)
	data["IS_ATTR_CAMPAIGNID"] = string(c.Campaign.ID)
	data["IS_ATTR_CAMPAIGNNAME"] = c.Campaign.Name
	data["IS_ATTR_NUMBERTODIAL"] = cmp.Or(c.Number, c.Contact.Number)
	data["IS_ATTR_STATUS"] = string(c.Contact.Status)
	data["IS_ATTR_ATTEMPTS"] = strconv.Itoa(c.Contact.Attempts)
	data["IS_ATTR_ZONE"] = cmp.Or(c.Contact.Zone, c.Campaign.Zone)
	data["IS_ATTR_WORKGROUPNAME"] = c.Campaign.Workgroup
	data["IS_ATTR_STAGE"] = strconv.Itoa(c.Stage)
	data["IS_ATTR_I3_IDENTITY"] = data["I3_IDENTITY"]
	return data
}
