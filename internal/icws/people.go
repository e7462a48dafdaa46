package icws

import (
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
)

// users are those who share a workgroup with the viewer; what else there is to
// know, only of himself and of those whom he oversees.
func users(v viewer, a archive) []object {
	var list []object
	for _, u := range a.users {
		if !v.shares(u) {
			continue
		}
		o := object{"configurationId": configurationID("users", u.ID, u.Name)}
		if v.knows(u) {
			a.describe(o, u)
		}
		list = append(list, o)
	}
	return list
}

// describe adds to a user's object what the user and his supervisors may see.
func (a archive) describe(o object, u agent.User) {
	o["autoAnswerAcdInteractions"], o["autoAnswerNonAcdInteractions"] = true, false
	if u.Extension != "" {
		o["extension"] = u.Extension
	}
	if u.DefaultStation != "" {
		o["defaultWorkstation"] = configurationID("stations", u.DefaultStation, "")
	}
	if st, ok := a.snap.Status(u.ID); ok {
		o["statusText"] = st.Status
	}
	o["licenseProperties"] = object{"licenseActive": true}
	o["securityRights"] = object{
		"loginCampaign":                                effective(u.MayChoose()),
		"allowPersistentConnections":                   effective(!u.NoPersistence),
		"allowUserDefinedTelephoneNumberOnRemoteLogin": effective(!u.FixedNumbers),
	}
	var seen, changed []object
	for _, c := range a.campaigns() {
		id := configurationID("interaction-dialer-campaign-acls", string(c.ID), c.Name)
		if u.In(c.Workgroup) || u.Admin {
			seen = append(seen, id)
		}
		if u.MaySupervise(c.Workgroup) {
			changed = append(changed, id)
		}
	}
	o["accessRights"] = object{"viewCampaignList": effective(some(seen)), "modifyCampaignList": effective(some(changed))}
	o["administrativeRights"] = object{
		"interactionDialerConfiguration": effective(u.Admin),
		"interactionDialerCampaigns":     effective(some(changed)),
	}
	o["roles"] = effective(some(named("roles", rolesOf(u))))
	o["skills"] = some(named("skills", u.Skills))
	o["workgroups"] = some(named("workgroups", u.Workgroups))
}

// effective is a right as it comes out after all that grants it.
func effective(v any) object { return object{"effectiveValue": v} }

// some is a list that is never null.
func some(list []object) []object {
	if list == nil {
		return []object{}
	}
	return list
}

func named(kind string, names []string) []object {
	var list []object
	for _, n := range names {
		list = append(list, configurationID(kind, n, ""))
	}
	return list
}

// The roles that users have by their rights.
const (
	roleAdministrator = "Administrator"
	roleSupervisor    = "Supervisor"
	roleAgent         = "Agent"
)

func rolesOf(u agent.User) []string {
	var list []string
	if u.Admin {
		list = append(list, roleAdministrator)
	}
	if u.Supervisor {
		list = append(list, roleSupervisor)
	}
	if len(u.Workgroups) > 0 || len(list) == 0 {
		list = append(list, roleAgent)
	}
	return list
}

func roles(v viewer, a archive) []object {
	var list []object
	for _, role := range []string{roleAdministrator, roleAgent, roleSupervisor} {
		var members []object
		for _, u := range a.users {
			if v.shares(u) && slices.Contains(rolesOf(u), role) {
				members = append(members, configurationID("users", u.ID, u.Name))
			}
		}
		list = append(list, object{"configurationId": configurationID("roles", role, ""), "users": some(members)})
	}
	return list
}

// workgroups are those of the viewer; an administrator sees all.
func workgroups(v viewer, a archive) []object {
	var list []object
	for _, name := range a.workgroups() {
		if !v.In(name) && !v.Admin {
			continue
		}
		var members []object
		for _, u := range a.users {
			if u.In(name) {
				members = append(members, configurationID("users", u.ID, u.Name))
			}
		}
		o := object{
			"configurationId": configurationID("workgroups", name, ""), "members": some(members),
			"isActive": true, "hasQueue": true, "isWrapUpActive": true,
			"onCallStatus": agent.StatusCampaignCall, "noAnswerStatus": agent.StatusNotAnswering,
		}
		for _, c := range a.campaigns() {
			if strings.EqualFold(c.Workgroup, name) {
				o["onCallStatus"] = c.OnCallStatus
				break
			}
		}
		list = append(list, o)
	}
	return list
}

// workgroups names all that users or campaigns belong to.
func (a archive) workgroups() []string {
	var names []string
	add := func(name string) {
		if name != "" && !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
			names = append(names, name)
		}
	}
	for _, u := range a.users {
		for _, w := range u.Workgroups {
			add(w)
		}
	}
	for _, c := range a.campaigns() {
		add(c.Workgroup)
	}
	slices.SortFunc(names, compareFold)
	return names
}

// campaigns are all that the floor knows, by name.
func (a archive) campaigns() []campaign.Campaign {
	var list []campaign.Campaign
	for _, c := range a.snap.Campaigns {
		list = append(list, c.Campaign)
	}
	slices.SortFunc(list, func(x, y campaign.Campaign) int { return compareFold(x.Name, y.Name) })
	return list
}

func compareFold(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }

// stations are all, as an agent may sit anywhere; whom they call is told to
// administrators only.
func stations(v viewer, a archive) []object {
	kinds := map[agent.StationKind]int{agent.Workstation: 1, agent.RemoteWorkstation: 2, agent.RemoteNumber: 3}
	var list []object
	for _, st := range a.stations {
		o := object{
			"configurationId": configurationID("stations", st.Name, ""), "stationSetting": kinds[st.Kind],
			"isPersistent": st.Persistent, "isActive": true,
		}
		if v.Admin {
			o["remoteNumber"] = st.Target
		}
		list = append(list, o)
	}
	return list
}

func skills(v viewer, a archive) []object {
	var names []string
	for _, u := range a.users {
		for _, name := range u.Skills {
			if v.knows(u) && !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
				names = append(names, name)
			}
		}
	}
	slices.SortFunc(names, compareFold)
	var list []object
	for _, o := range named("skills", names) {
		list = append(list, object{"configurationId": o})
	}
	return list
}

// wrapUpCodes are the codes of the campaigns' dispositions. A code that stands in
// several categories is told with the first.
func wrapUpCodes(v viewer, a archive) []object {
	found := map[string]object{}
	for _, c := range a.campaigns() {
		if !v.In(c.Workgroup) && !v.Admin {
			continue
		}
		for _, d := range c.Dispositions {
			key := strings.ToLower(d.Code)
			if found[key] != nil {
				continue
			}
			found[key] = object{
				"configurationId": configurationID("wrap-up-codes", d.Code, ""), "label": d.Code,
				"category": configurationID("wrap-up-categories", d.Category, ""), "isPermanent": false,
				"isRightPartyContact": live(d.Category) && !strings.EqualFold(d.Category, "Wrong Party"),
			}
		}
	}
	return byDisplayName(found)
}

func byDisplayName(found map[string]object) []object {
	var list []object
	for _, o := range found {
		list = append(list, o)
	}
	slices.SortFunc(list, func(x, y object) int {
		return strings.Compare(property(x, "configurationid.displayname"), property(y, "configurationid.displayname"))
	})
	return list
}

func live(category string) bool {
	c, ok := campaign.CategoryNamed(category)
	return ok && c.Live
}

// wrapUpCategories are the table of what becomes of contacts (contract section
// 8.3).
func wrapUpCategories(viewer, archive) []object {
	var list []object
	for _, c := range campaign.Categories {
		number := campaign.Uncallable
		if c.Status == campaign.Callable {
			number = campaign.Callable
		}
		list = append(list, object{
			"configurationId": configurationID("wrap-up-categories", c.Name, ""), "label": c.Name, "isPermanent": true,
			"isActualContact": c.Live, "isSuccessfulInteraction": c.Name == "Success" || c.Name == "Phone Number Success",
			"recordStatus": c.Status, "phoneNumberStatus": number, "shouldIncrementAttempts": c.Counts,
		})
	}
	return list
}

func statusObjects(viewer, archive) []object {
	var list []object
	for _, st := range agent.Statuses {
		list = append(list, object{
			"configurationId": configurationID("status-messages", st.ID, st.Text), "messageText": st.Text, "groupTag": st.Group,
			"isDoNotDisturbStatus": st.DND, "isSelectableStatus": st.Selectable, "isPersistentStatus": st.Persistent,
			"isAfterCallWorkStatus": st.AfterCall, "isAcdStatus": st.ACD, "isAllowFollowUpStatus": st.ACD,
		})
	}
	return list
}
