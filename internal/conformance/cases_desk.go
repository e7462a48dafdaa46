package conformance

import (
	"context"
	"slices"
	"strings"
)

const (
	statusPath = "/{session}/status/user-statuses/{user}"
	resting    = "Do Not disturb" // a status that brings no calls
)

// statuses are the facts of users' statuses (section 5.1).
func statuses() []Case {
	return []Case{
		{Name: "status/messages", Section: "5.1", Mark: Lib, Needs: Session, run: asks(get("/{session}/status/status-messages"), status(200), is("status:statusMessages")),
			Fact: "GET status/status-messages lists the statuses."},
		{Name: "status/available", Section: "5.1", Mark: Client, Needs: Session, run: asks(get("/{session}/status/status-messages"), tells(`"Available"`)),
			Fact: "Available is one of them."},
		{Name: "status/user", Section: "5.1", Mark: Lib, Needs: Session, run: asks(get(statusPath), status(200), is("status:userStatus")),
			Fact: "GET of a user's status answers 200 with a userStatus."},
		{Name: "status/logged-in", Section: "5.1", Mark: Client, Needs: Session, run: asks(get(statusPath), has("loggedIn", true)),
			Fact: "It tells that a user with a session is logged in."},
		{Name: "status/dates", Section: "12.11", Mark: Wire, Needs: Session, run: asks(get(statusPath), compactDates),
			Fact: "Its dates are like 20260131T173000Z."},
		{Name: "status/unknown-user", Section: "5.1", Mark: Lib, Needs: Session, run: asks(get("/{session}/status/user-statuses/"+stranger), status(404), isError),
			Fact: "The status of a user that there is not answers 404."},
		{Name: "status/access", Section: "5.1", Mark: Lib, Needs: Session, run: asks(get("/{session}/status/status-messages-user-access/{user}"), status(200), is("status:statusMessagesUserAccess")),
			Fact: "GET of the statuses that a user may take answers 200."},
		{Name: "status/previous-info", Section: "5.1", Mark: Lib, Needs: Session, May: true, run: asks(get("/{session}/status/user-status-previous-info/{user}"), status(200), is("status:userStatusPreviousInfos")),
			Fact: "GET of a user's former statuses answers 200."},
		{Name: "status/rights", Section: "7", Mark: Client, Needs: Session, May: true, run: asks(get("/{session}/configuration/users/{user}?select=*&rightsFilter=loggedInUser"), status(200), there("configurationId")),
			Fact: "GET of the own user's configuration answers 200; clients read the Logon Campaign right from it."},
		{Name: "status/required", Section: "5.1", Mark: Lib, Needs: Session, run: asks(put(statusPath, "{}"), status(400), isError),
			Fact: "A status without a statusId answers 400."},
		{Name: "status/wrong-type", Section: "1.5", Mark: Doc, Needs: Session, run: each([]question{put(statusPath, `{"statusId":7}`), put(statusPath, `{"statusId":"x","until":"tomorrow"}`)}, status(400), isError),
			Fact: "Properties of another type answer 400."},
		{Name: "status/of-another", Section: "5.1", Mark: Lib, Needs: Session, run: asks(put("/{session}/status/user-statuses/"+stranger, `{"statusId":"`+resting+`"}`), status(400, 403), isError),
			Fact: "The status of a user that there is not can not be set: 400 or 403, as no 404 is known."},
		{Name: "status/access-unknown", Section: "5.1", Mark: Lib, Needs: Session, run: asks(get("/{session}/status/status-messages-user-access/"+stranger), status(404), isError),
			Fact: "The statuses that a user may take who is not there answer 404."},
		{Name: "status/previous-unknown", Section: "5.1", Mark: Lib, Needs: Session, run: asks(get("/{session}/status/user-status-previous-info/"+stranger), status(404), isError),
			Fact: "So do such a user's former statuses."},
		{Name: "status/set", Section: "5.1", Mark: Client, Needs: Session, Changes: true, run: setsStatus(resting),
			Fact: "PUT of the own status answers 202 with a requestId, and asyncOperationCompletedMessage follows."},
		{Name: "status/without-case", Section: "9.10", Mark: Doc, Needs: Session, Changes: true, run: setsStatus(strings.ToUpper(resting)),
			Fact: "A statusId compares without case."},
		{Name: "status/told", Section: "3.4", Mark: Doc, Needs: Session, Changes: true, run: statusTold,
			Fact: "Who has subscribed hears of a change, with isDelta true."},
		{Name: "status/until", Section: "5.1", Mark: Lib, Needs: Session, Changes: true, run: statusUntil,
			Fact: "notes and until of a status are told with it, until with its date."},
		{Name: "status/forward-number", Section: "5.1", Mark: Inferred, Needs: Session, Changes: true, run: statusForwarded,
			Fact: "So is forwardNumber."},
		{Name: "status/until-over", Section: "5.1", Mark: Inferred, Needs: Session, Changes: true, run: statusWithout,
			Fact: "A status that is set without until has none."},
		{Name: "status/previous-told", Section: "3.4", Mark: Lib, Needs: Session, Changes: true, run: previousTold,
			Fact: "Who has subscribed to his former statuses hears of a change."},
		{Name: "status/unknown", Section: "3.2", Mark: Inferred, Needs: Session, Changes: true, run: statusUnknown,
			Fact: "A status that there is not fails: at once, or in asyncOperationCompletedMessage."},
	}
}

func compactDates(v *visit, a *answer) error {
	for _, name := range []string{"statusChanged", "onPhoneChanged"} {
		if a.property(name) == nil {
			continue
		}
		if err := matches(name, `^\d{8}T\d{6}Z$`)(v, a); err != nil {
			return err
		}
	}
	return nil
}

func setsStatus(id string) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		if err := v.setStatus(ctx, v.reader, id); err != nil {
			return err
		}
		a, err := v.ask(ctx, v.reader, get(statusPath), status(200))
		if err != nil {
			return err
		}
		if got := text(a.json, "statusId"); !strings.EqualFold(got, id) {
			return saw("statusId "+got, "%s", id)
		}
		return nil
	}
}

func statusTold(ctx context.Context, v *visit) error {
	if err := v.setStatus(ctx, v.reader, resting); err != nil {
		return err
	}
	if err := v.drain(ctx, v.reader); err != nil {
		return err
	}
	body := object{"userIds": []string{v.reader.user}, "userStatusProperties": []string{"notes", "statusChanged", "loggedIn"}}
	if _, err := v.ask(ctx, v.reader, put(statusesPath, body.String()), status(200)); err != nil {
		return err
	}
	if _, err := v.awaitWhole(ctx, v.reader, userStatusMessage); err != nil {
		return err
	}
	other, err := v.otherStatus(ctx)
	if err != nil {
		return err
	}
	if err := v.setStatus(ctx, v.reader, other); err != nil {
		return err
	}
	_, err = v.await(ctx, v.reader, userStatusMessage+" with isDelta true and "+other, func(m message) bool {
		list, _ := find(m.value, "userStatusList").([]any)
		return m.kind == userStatusMessage && m.isDelta() == true && len(list) > 0 && strings.EqualFold(text(list[0], "statusId"), other)
	})
	if err != nil {
		return err
	}
	_, err = v.ask(ctx, v.reader, remove(statusesPath), succeeded)
	return err
}

// otherStatus finds a status that may be chosen and brings no calls.
func (v *visit) otherStatus(ctx context.Context) (string, error) {
	a, err := v.ask(ctx, v.reader, get("/{session}/status/status-messages"), status(200))
	if err != nil {
		return "", err
	}
	list, _ := a.property("statusMessageList").([]any)
	for _, s := range list {
		if id := text(s, "statusId"); find(s, "isSelectableStatus") == true && find(s, "isAcdStatus") == false &&
			find(s, "isAfterCallWorkStatus") == false && find(s, "isForwardStatus") == false && !strings.EqualFold(id, resting) {
			return id, nil
		}
	}
	return "", notMet("there is no status to change to")
}

func statusUnknown(ctx context.Context, v *visit) error {
	a, err := v.ask(ctx, v.reader, put(statusPath, `{"statusId":"No Such Status"}`), status(202, 400, 404))
	if err != nil || a.status != 202 {
		return err
	}
	err = v.completed(ctx, v.reader, text(a.json, "requestId"))
	if m, failed := err.(*mismatch); failed && strings.HasPrefix(m.wanted, "error null") {
		return nil
	}
	if err == nil {
		return saw("an operation that succeeds", "an error")
	}
	return err
}

// sets sets the user's own status with more than its id, and gives what is told of
// it then.
func (v *visit) sets(ctx context.Context, more object) (*answer, error) {
	if err := v.setStatus(ctx, v.reader, resting); err != nil {
		return nil, err
	}
	body := object{"statusId": resting}
	for name, value := range more {
		body[name] = value
	}
	a, err := v.ask(ctx, v.reader, put(statusPath, body.String()), status(202), is("common:asyncOperationAcceptedResponse"))
	if err != nil {
		return nil, err
	}
	if err := v.completed(ctx, v.reader, text(a.json, "requestId")); err != nil {
		return nil, err
	}
	return v.ask(ctx, v.reader, get(statusPath), status(200), is("status:userStatus"))
}

func statusUntil(ctx context.Context, v *visit) error {
	const end = "20990131T173000Z"
	a, err := v.sets(ctx, object{"notes": "conformance", "until": object{"untilDateTime": end, "hasDate": true, "hasTime": true}})
	if err != nil {
		return err
	}
	return look(v, a, []check{has("notes", "conformance"), has("until.untilDateTime", end), has("until.hasDate", true), has("until.hasTime", true)})
}

func statusForwarded(ctx context.Context, v *visit) error {
	a, err := v.sets(ctx, object{"forwardNumber": "3175550123"})
	if err != nil {
		return err
	}
	return has("forwardNumber", "3175550123")(v, a)
}

func statusWithout(ctx context.Context, v *visit) error {
	a, err := v.sets(ctx, nil)
	if err != nil {
		return err
	}
	return lacks("until")(v, a)
}

func previousTold(ctx context.Context, v *visit) error {
	other, err := v.otherStatus(ctx)
	if err != nil {
		return err
	}
	if err := v.setStatus(ctx, v.reader, resting); err != nil {
		return err
	}
	if err := v.drain(ctx, v.reader); err != nil {
		return err
	}
	if _, err := v.ask(ctx, v.reader, put(previousPath, ""), status(200)); err != nil {
		return err
	}
	if _, err := v.awaitWhole(ctx, v.reader, previousMessage); err != nil {
		return err
	}
	if err := v.setStatus(ctx, v.reader, other); err != nil {
		return err
	}
	if _, err := v.awaitKind(ctx, v.reader, previousMessage); err != nil {
		return err
	}
	_, err = v.ask(ctx, v.reader, remove(previousPath), succeeded)
	return err
}

// stations are the facts of taking a seat (section 2).
func stations() []Case {
	station := func(body string) question { return put(stationPath, body) }
	return []Case{
		{Name: "station/none", Section: "2", Mark: Client, Needs: Session, run: asks(get(stationPath), status(404), has("errorId", "-2147221496")),
			Fact: "A session without a station answers 404 with errorId -2147221496."},
		{Name: "station/type-required", Section: "2", Mark: Lib, Needs: Session, run: asks(station(`{"workstation":"none"}`), status(400), isError),
			Fact: "Settings without __type answer 400."},
		{Name: "station/number-required", Section: "2", Mark: Lib, Needs: Session, run: asks(station(`{"__type":"`+urn+`connection:remoteNumberSettings"}`), status(400), isError),
			Fact: "A remote number without the number answers 400."},
		{Name: "station/workstation-required", Section: "2", Mark: Lib, Needs: Session, run: asks(station(`{"__type":"`+urn+`connection:workstationSettings"}`), status(400), isError),
			Fact: "A workstation without its name answers 400."},
		{Name: "station/remote-workstation-required", Section: "2", Mark: Lib, Needs: Session, run: asks(station(`{"__type":"`+urn+`connection:remoteWorkstationSettings","remoteNumber":"1"}`), status(400), isError),
			Fact: "A remote workstation without its name answers 400."},
		{Name: "station/unknown-type", Section: "2", Mark: Lib, Needs: Session, run: asks(station(`{"__type":"`+urn+`connection:noSuchSettings","workstation":"none"}`), status(400), isError),
			Fact: "Settings of a __type that there is not answer 400."},
		{Name: "station/wrong-types", Section: "1.5", Mark: Doc, Needs: Session, run: each([]question{
			station(`{"__type":"` + urn + `connection:workstationSettings","workstation":7}`), station(`{"__type":"` + urn + `connection:remoteNumberSettings","remoteNumber":"1","persistentConnection":"yes"}`),
			station(`{"__type":"` + urn + `connection:workstationSettings","workstation":"none","supportedMediaTypes":"call"}`),
		}, status(400), isError), Fact: "Settings of another type answer 400."},
		{Name: "station/without", Section: "11", Mark: Decision, Changes: true, run: withoutStation,
			Fact: "DELETE connection/station answers 200 where there is none, and the session lives on."},
		{Name: "station/unknown", Section: "2", Mark: Client, Needs: Session, Changes: true, run: asks(
			station(`{"__type":"`+urn+`connection:workstationSettings","workstation":"no-such-station-of-conformance"}`), status(400, 404), has("errorId", "-2147221496")),
			Fact: "A workstation that there is not answers 400 or 404 with errorId -2147221496."},
		{Name: "station/establish-without", Section: "4.5", Mark: Doc, Needs: Session, Changes: true, Feature: "dialer", Version: 2, run: asks(post("/{session}/dialer/establish-persistent-connection", ""), status(202), empty),
			Fact: "establish-persistent-connection answers 202 even without station and log-in."},
		{Name: "station/ready-without", Section: "12.16", Mark: Wire, Needs: Session, Changes: true, Feature: "dialer", Version: 2, run: asks(post("/{session}/dialer/ready-for-calls", "{}"), refused),
			Fact: "ready-for-calls before the log-in is a plain 4xx."},
		{Name: "station/taken", Section: "2", Mark: Client, Needs: Session, Changes: true, run: func(ctx context.Context, v *visit) error { return v.sit(ctx) },
			Fact: "PUT connection/station answers 200."},
		{Name: "station/body", Section: "11", Mark: Decision, Needs: Station, run: func(_ context.Context, v *visit) error {
			return v.shaped("body", "connection:stationInformation", v.seat)
		}, Fact: "Its body is the stationInformation."},
		{Name: "station/location", Section: "2", Mark: Client, Needs: Station, run: again(headerHas("Location", "/connection/station")),
			Fact: "PUT connection/station has a Location; it may be repeated."},
		{Name: "station/read", Section: "2", Mark: Lib, Needs: Station, run: asks(get(stationPath), status(200), is("connection:stationInformation")),
			Fact: "GET connection/station tells of the station."},
		{Name: "station/kind", Section: "2", Mark: Lib, Needs: Station, run: eachSeat,
			Fact: "stationSetting is 1 for a workstation, 3 for a remote number, which is told."},
		{Name: "station/not-ready", Section: "2", Mark: Client, Needs: Station, run: notReady,
			Fact: "A station may be taken with readyForInteractions false, and made ready by the same PUT."},
		{Name: "station/effective", Section: "1.3", Mark: Doc, Needs: Station, run: effective,
			Fact: "include=effective-station of a further session of the user tells of the station."},
		{Name: "station/told", Section: "3.4", Mark: Doc, Needs: Station, run: stationTold,
			Fact: "Who has subscribed hears of the station, with its stationInformation."},
	}
}

func withoutStation(ctx context.Context, v *visit) error {
	s, err := v.fresh(ctx)
	if err != nil {
		return err
	}
	if _, err := v.ask(ctx, s, remove(stationPath), status(200)); err != nil {
		return err
	}
	_, err = v.ask(ctx, s, get("/{session}/connection"), status(200), has("connectionState", 1))
	return err
}

// again is the run of a case that takes the seat once more.
func again(checks ...check) func(context.Context, *visit) error {
	return func(ctx context.Context, v *visit) error {
		_, err := v.ask(ctx, v.desk, put(stationPath, v.settings()[0].String()), append([]check{status(200)}, checks...)...)
		return err
	}
}

// eachSeat takes every seat that was named, the one for calls last.
func eachSeat(ctx context.Context, v *visit) error {
	all := v.settings()
	for i := len(all) - 1; i >= 0; i-- {
		if _, err := v.ask(ctx, v.desk, put(stationPath, all[i].String()), status(200)); err != nil {
			return err
		}
		want, checks := 1, []check{}
		if number, remote := all[i]["remoteNumber"].(string); remote {
			want, checks = 3, append(checks, has("remoteNumber", number))
		}
		if _, err := v.ask(ctx, v.desk, get(stationPath), append(checks, status(200), has("stationSetting", want))...); err != nil {
			return err
		}
	}
	return nil
}

func notReady(ctx context.Context, v *visit) error {
	body := v.settings()[0]
	body["readyForInteractions"] = false
	if _, err := v.ask(ctx, v.desk, put(stationPath, body.String()), status(200)); err != nil {
		return err
	}
	return again()(ctx, v)
}

func effective(ctx context.Context, v *visit) error {
	s, err := v.enter(ctx, connect("?include=effective-station", v.credentials()), func(v *visit, a *answer) error {
		return v.shaped("effectiveStation", "connection:effectiveStationInfo", a.property("effectiveStation"))
	})
	if err != nil {
		return err
	}
	return v.signOut(ctx, s)
}

func stationTold(ctx context.Context, v *visit) error {
	if err := v.drain(ctx, v.desk); err != nil {
		return err
	}
	if _, err := v.ask(ctx, v.desk, put(subscription+"/connection/station", ""), status(200)); err != nil {
		return err
	}
	if err := again()(ctx, v); err != nil {
		return err
	}
	if _, err := v.awaitKind(ctx, v.desk, stationMessage); err != nil {
		return err
	}
	_, err := v.ask(ctx, v.desk, remove(subscription+"/connection/station"), succeeded)
	return err
}

func historyOfCalls(ctx context.Context, v *visit) error {
	if len(v.disposed) == 0 {
		return notMet("no call of the dialer was taken")
	}
	if err := v.drain(ctx, v.desk); err != nil {
		return err
	}
	if _, err := v.ask(ctx, v.desk, put(historyPath, ""), status(200)); err != nil {
		return err
	}
	m, err := v.awaitWhole(ctx, v.desk, historyMessage)
	if err != nil {
		return err
	}
	list, _ := find(m.value, "interactionHistory").([]any)
	if !slices.ContainsFunc(list, func(c any) bool { return slices.Contains(v.disposed, text(c, "interactionId")) }) {
		return saw(m.value, "one of the interactions %s", strings.Join(v.disposed, ", "))
	}
	_, err = v.ask(ctx, v.desk, remove(historyPath), succeeded)
	return err
}

func sessionAtStation(ctx context.Context, v *visit) error {
	if err := v.drain(ctx, v.desk); err != nil {
		return err
	}
	if _, err := v.ask(ctx, v.desk, put(sessionsStations, `{"stationIds":[]}`), status(200)); err != nil {
		return err
	}
	m, err := v.awaitWhole(ctx, v.desk, sessionsMessage)
	if err != nil {
		return err
	}
	if !listed(m, "sessionsAdded", v.desk.user) {
		return saw(m.value, "the session of %s", v.desk.user)
	}
	_, err = v.ask(ctx, v.desk, remove(sessionsStations), status(200))
	return err
}

func queueOfStation(ctx context.Context, v *visit) error {
	if _, err := v.follow(ctx, "conformance", object{"queueType": 3, "queueName": text(v.seat, "id")}); err != nil {
		return err
	}
	return v.unfollow(ctx, "conformance")
}
