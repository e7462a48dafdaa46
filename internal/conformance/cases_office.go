package conformance

import (
	"context"
	"fmt"
	"net/url"
	"strings"
)

const (
	licencesPath = "/{session}/licenses"
	stagesPath   = "/{session}/licenses/license-stages"
	// noLicence is a name that no licence has.
	noLicence   = "OUTDIAL_CONFORMANCE"
	dialerAddOn = "I3_ACCESS_DIALER_ADDON"
)

// licences are the facts of licences (section 5.3).
func licences() []Case {
	list := func(names ...string) string { return object{"licenseList": names}.String() }
	unknown := list(noLicence)
	all := []Case{
		{Name: "licence/unknown", Section: "5.3", Mark: Lib, Needs: Session, run: asks(post(licencesPath, unknown), status(200), is("licenses:licenseOperationResults"), tells(noLicence), tells(`"isAvailable":false`)),
			Fact: "POST licenses answers 200 with a result for each name, also of one that there is not."},
		{Name: "licence/required", Section: "5.3", Mark: Lib, Needs: Session, run: each([]question{post(licencesPath, "{}"), put(licencesPath, "{}"), post(licencesPath, "")}, status(400), isError),
			Fact: "Without licenseList it answers 400."},
		{Name: "licence/wrong-type", Section: "1.5", Mark: Doc, Needs: Session, run: each([]question{post(licencesPath, `{"licenseList":"x"}`), post(licencesPath, `{"licenseList":[7]}`)}, status(400), isError),
			Fact: "A list of another type answers 400."},
		{Name: "licence/none", Section: "5.3", Mark: Lib, run: inFresh(put(licencesPath, `{"licenseList":[]}`), status(200), is("licenses:licenseOperationResults")),
			Fact: "PUT licenses with an empty list answers 200 with no result."},
		{Name: "licence/returned", Section: "5.3", Mark: Lib, run: inFresh(remove(licencesPath), succeeded),
			Fact: "DELETE licenses gives back all of the session's, also none."},
		{Name: "licence/taken", Section: "5.3", Mark: Lib, Changes: true, run: licenceTaken,
			Fact: "A licence can be taken with POST, kept with PUT and given back with DELETE; each result names it."},
		{Name: "licence/stages", Section: "5.3", Mark: Lib, Needs: Session, run: asks(post(stagesPath, stage(0, "first")), status(200), is("licenses:licenseStageOperationResults"), tells(`"first"`)),
			Fact: "POST license-stages answers 200 with a result for each stage."},
		{Name: "licence/stages-go-on", Section: "5.3", Mark: Inferred, Needs: Session, run: asks(post(stagesPath, stage(0, "first", "second")), status(200), tells(`"second"`)),
			Fact: "After a stage that fails and says to go on, the next one is tried."},
		{Name: "licence/stages-abort", Section: "5.3", Mark: Inferred, Needs: Session, run: asks(post(stagesPath, stage(1, "first", "second")), status(200), tellsNot(`"second"`)),
			Fact: "After one that says to abort, none is."},
		{Name: "licence/stages-required", Section: "5.3", Mark: Lib, Needs: Session, run: each([]question{
			post(stagesPath, "{}"), post(stagesPath, `{"licenseStageOperationList":[{"stageName":"a","licenseList":[]}]}`),
			post(stagesPath, `{"licenseStageOperationList":[{"stageName":"a","stageFailureAction":7,"licenseList":[]}]}`),
		}, status(400), isError), Fact: "Stages without what they need answer 400."},
		{Name: "licence/subscription", Section: "3.4", Mark: Lib, Needs: Session, run: subscribes(subscription+"/licenses", func(*visit) string { return list(dialerAddOn) }, 200, 0, licenceMessage),
			Fact: "PUT of the licences' subscription is followed by licenseMessage with isDelta false."},
		{Name: "licence/subscription-delete", Section: "11", Mark: Decision, Needs: Session, run: asks(remove(subscription+"/licenses"), status(204)),
			Fact: "Its DELETE answers 204."},
		{Name: "licence/subscription-required", Section: "5.3", Mark: Lib, Needs: Session, run: asks(put(subscription+"/licenses", "{}"), status(400), isError),
			Fact: "Without licenseList it answers 400."},
	}
	for i := range all {
		all[i].Feature, all[i].Version = "licenses", 1
	}
	return all
}

// stage is a body of stages that all fail.
func stage(action int, names ...string) string {
	var list []object
	for _, name := range names {
		list = append(list, object{"stageName": name, "stageFailureAction": action, "licenseList": []string{noLicence}})
	}
	return object{"licenseStageOperationList": list}.String()
}

// tellsNot wants a text not to be in the body.
func tellsNot(part string) check {
	return func(v *visit, a *answer) error {
		if tells(part)(v, a) == nil {
			return saw(string(a.body), "nothing of %s", part)
		}
		return nil
	}
}

// inFresh is the run of a case that asks in a session of its own.
func inFresh(q question, checks ...check) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		s, err := v.fresh(ctx)
		if err != nil {
			return err
		}
		_, err = v.ask(ctx, s, q, checks...)
		return err
	}
}

func licenceTaken(ctx context.Context, v *visit) error {
	s, err := v.fresh(ctx)
	if err != nil {
		return err
	}
	body := object{"licenseList": []string{dialerAddOn}}.String()
	for _, q := range []question{post(licencesPath, body), put(licencesPath, body)} {
		if _, err := v.ask(ctx, s, q, status(200), is("licenses:licenseOperationResults"), tells(dialerAddOn)); err != nil {
			return err
		}
	}
	_, err = v.ask(ctx, s, remove(licencesPath), succeeded)
	return err
}

const (
	configPath = "/{session}/configuration/"
	ownConfig  = configPath + "users/{user}"
)

// configuration are the facts of reading how the server is set up (section 7).
func configuration() []Case {
	users := get(configPath + "users")
	all := []Case{
		{Name: "configuration/one", Section: "7", Mark: Doc, Needs: Session, run: asks(get(ownConfig), status(200), is("configuration:item"), ownID),
			Fact: "GET configuration/users/{id} gives the item, with its configurationId."},
		{Name: "configuration/one-without-case", Section: "7", Mark: Inferred, Needs: Session, run: func(ctx context.Context, v *visit) error {
			return asks(get(configPath+"users/"+url.PathEscape(strings.ToUpper(v.asker.user))), status(200), ownID)(ctx, v)
		}, Fact: "Ids compare without case."},
		{Name: "configuration/unknown", Section: "7", Mark: Lib, Needs: Session, run: asks(get(configPath+"users/"+stranger), status(404), isError),
			Fact: "An item that there is not answers 404."},
		{Name: "configuration/uri", Section: "7", Mark: Client, Needs: Session, run: asks(get(ownConfig), matches("configurationId.uri", `^/configuration/users/.+`)),
			Fact: "configurationId has the uri /configuration/users/{id}."},
		{Name: "configuration/logon-right", Section: "7", Mark: Client, Needs: Session, run: asks(get(ownConfig+"?select=*&rightsFilter=loggedInUser"), status(200), truth("securityRights.loginCampaign.effectiveValue")),
			Fact: "securityRights.loginCampaign.effectiveValue of the own user is true or false."},
		{Name: "configuration/persistence-right", Section: "7", Mark: Client, Needs: Session, run: asks(get(ownConfig+"?select=*&rightsFilter=loggedInUser"),
			truth("securityRights.allowPersistentConnections.effectiveValue"), truth("securityRights.allowUserDefinedTelephoneNumberOnRemoteLogin.effectiveValue")),
			Fact: "So are the rights to a persistent connection and to a number of one's own."},
		{Name: "configuration/select", Section: "7", Mark: Doc, Needs: Session, run: asks(get(ownConfig+"?select=securityRights"), status(200), there("configurationId"), there("securityRights"), lacks("workgroups", "roles")),
			Fact: "select gives the properties that it names, and the id."},
		{Name: "configuration/select-several", Section: "1.1", Mark: Lib, Needs: Session, run: asks(get(ownConfig+"?select=securityRights,workgroups"), status(200), there("securityRights"), there("workgroups")),
			Fact: "Values of a list in a query are joined by commas."},
		{Name: "configuration/nulls", Section: "7", Mark: Doc, Needs: Session, run: asks(get(ownConfig+"?select=*"), status(200), noNulls),
			Fact: "What is null is left out."},
		{Name: "configuration/only-ids", Section: "7", Mark: Doc, Needs: Session, Rights: true, run: asks(users, status(200), onlyIDs),
			Fact: "Without select a list gives ids alone."},
		{Name: "configuration/range", Section: "7", Mark: Doc, Needs: Session, Rights: true, run: asks(users.with("Range", "items=0-0"), status(200, 206), itemCount(1)),
			Fact: "Range: items=0-0 gives the first item."},
		{Name: "configuration/range-selected", Section: "7", Mark: Doc, Needs: Session, Rights: true, run: asks(get(configPath+"users?select=*").with("Range", "items=0-0"), status(200, 206), itemCount(1), noNulls),
			Fact: "So it does with select."},
		{Name: "configuration/where", Section: "7", Mark: Inferred, Needs: Session, Rights: true, run: func(ctx context.Context, v *visit) error {
			where := url.QueryEscape(fmt.Sprintf("configurationId.id eq %q", v.asker.user))
			return asks(get(configPath+"users?where="+where), status(200), itemCount(1), tells(v.asker.user))(ctx, v)
		}, Fact: "where chooses items: configurationId.id eq a name."},
		{Name: "configuration/where-malformed", Section: "7", Mark: Inferred, Needs: Session, run: asks(get(configPath+"users?where=nonsense"), status(400), isError),
			Fact: "A where that can not be read answers 400."},
		{Name: "configuration/rights-filter", Section: "7", Mark: Doc, Needs: Session, Rights: true, run: asks(get(configPath+"users?rightsFilter=loggedInUser"), status(200), is("configuration:items")),
			Fact: "Lists take rightsFilter."},
		{Name: "configuration/acls-only-ids", Section: "7", Mark: Lib, Needs: Session, Rights: true, run: asks(get(configPath+"interaction-dialer-campaign-acls?select=*"), status(200), onlyIDs),
			Fact: "What of the dialer one may see is listed by id alone, whatever is selected."},
	}
	for _, name := range collections {
		fact := "GET configuration/" + name + " lists items with their configurationId"
		all = append(all,
			Case{Name: "configuration/" + name, Section: "7", Mark: Lib, Needs: Session, Rights: true,
				run: asks(get(configPath+name), status(200), is("configuration:items")), Fact: fact + "."},
			Case{Name: "configuration/" + name + "-one", Section: "7", Mark: Lib, Needs: Session, Rights: true,
				run: firstItem(name), Fact: fact + ", each of which can be read by its id; one that there is not answers 404."})
	}
	for i := range all {
		all[i].Feature, all[i].Version = "configuration", 1
	}
	return all
}

func ownID(v *visit, a *answer) error {
	if got := text(a.json, "configurationId.id"); !strings.EqualFold(got, v.asker.user) {
		return saw("configurationId.id "+got, "%s", v.asker.user)
	}
	return nil
}

// truth wants a property that is true or false.
func truth(path string) check {
	return func(_ *visit, a *answer) error {
		if _, is := a.property(path).(bool); !is {
			return saw(path+" "+brief(a.property(path)), "true or false")
		}
		return nil
	}
}

func noNulls(_ *visit, a *answer) error {
	if path := nullIn("body", a.json); path != "" {
		return saw(path+" null", "it left out")
	}
	return nil
}

// nullIn finds a null.
func nullIn(at string, v any) string {
	switch v := v.(type) {
	case nil:
		return at
	case []any:
		for i, item := range v {
			if path := nullIn(fmt.Sprintf("%s[%d]", at, i), item); path != "" {
				return path
			}
		}
	case map[string]any:
		for name, value := range v {
			if path := nullIn(at+"."+name, value); path != "" {
				return path
			}
		}
	}
	return ""
}

func (a *answer) items() []any {
	list, _ := a.property("items").([]any)
	return list
}

func onlyIDs(v *visit, a *answer) error {
	if err := is("configuration:items")(v, a); err != nil {
		return err
	}
	for _, item := range a.items() {
		if all, _ := item.(map[string]any); len(all) != 1 {
			return saw(item, "configurationId alone")
		}
	}
	return nil
}

func itemCount(n int) check {
	return func(v *visit, a *answer) error {
		if err := is("configuration:items")(v, a); err != nil {
			return err
		}
		if got := len(a.items()); got != n {
			return saw(fmt.Sprintf("%d items", got), "%d", n)
		}
		return nil
	}
}

// firstItem is the run of a case that reads a list's first item by itself.
func firstItem(collection string) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		a, err := v.ask(ctx, v.asker, get(configPath+collection), status(200))
		if err != nil {
			return err
		}
		if list := a.items(); len(list) > 0 {
			id := text(list[0], "configurationId.id")
			if _, err := v.ask(ctx, v.asker, get(configPath+collection+"/"+url.PathEscape(id)), status(200), is("configuration:item"), has("configurationId.id", id)); err != nil {
				return err
			}
		}
		_, err = v.ask(ctx, v.asker, get(configPath+collection+"/"+stranger), status(404), isError)
		return err
	}
}
