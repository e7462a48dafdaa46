package conformance

import (
	"context"
	"slices"
	"strings"
)

const (
	sessionsUsers    = subscription + "/session/sessions-users"
	sessionsStations = subscription + "/session/sessions-stations"
	sessionsLayouts  = subscription + "/session/sessions-layouts"
	previousPath     = subscription + "/status/user-status-previous-info"
	alertingPath     = subscription + "/interaction-alerting"
	historyPath      = subscription + "/interaction-history"
	handlersPath     = subscription + "/system/handler-sent-notifications"

	sessionsMessage = "session:sessionsMessage"
	previousMessage = "status:userStatusPreviousInfoMessage"
	alertingMessage = "interactions:interactionAlertingMessage"
	historyMessage  = "interactions:historyMessage"
	licenceMessage  = "licenses:licenseMessage"
)

// following are the facts of following who is connected (section 3.4).
func following() []Case {
	own := func(v *visit) string { return object{"userIds": []string{v.reader.user}}.String() }
	everybody := func(*visit) string { return `{"userIds":[]}` }
	all := []Case{
		{Name: "sessions/users", Section: "3.4", Mark: Lib, Needs: Session, run: subscribes(sessionsUsers, own, 200, 0, sessionsMessage),
			Fact: "PUT of the users' sessions answers 200, a sessionsMessage with isDelta false follows."},
		{Name: "sessions/users-delete", Section: "11", Mark: Decision, Needs: Session, run: asks(remove(sessionsUsers), status(204)),
			Fact: "Its DELETE answers 204."},
		{Name: "sessions/listed", Section: "3.4", Mark: Lib, Needs: Session, run: sessionsListed,
			Fact: "It lists the own session, with application and user."},
		{Name: "sessions/everybody", Section: "3.4", Mark: Inferred, Needs: Session, run: subscribes(sessionsUsers, everybody, 200, 0, sessionsMessage),
			Fact: "Without users it follows all that one may see."},
		{Name: "sessions/come-and-go", Section: "3.4", Mark: Lib, Needs: Session, run: sessionsComeAndGo,
			Fact: "A session that is opened is told with isDelta true, and so is its end."},
		{Name: "sessions/unknown-user", Section: "3.4", Mark: Inferred, Needs: Session, run: asks(put(sessionsUsers, `{"userIds":["`+stranger+`"]}`), refused),
			Fact: "The sessions of a user that there is not can not be followed."},
		{Name: "sessions/wrong-type", Section: "1.5", Mark: Doc, Needs: Session, run: each([]question{put(sessionsUsers, `{"userIds":"x"}`), put(sessionsStations, `{"stationIds":[7]}`)}, status(400), isError),
			Fact: "Ids of another type answer 400."},
		{Name: "sessions/stations", Section: "3.4", Mark: Doc, Needs: Session, run: subscribes(sessionsStations, func(*visit) string { return `{"stationIds":[]}` }, 200, 200, sessionsMessage),
			Fact: "PUT of the stations' sessions answers 200, a sessionsMessage with isDelta false follows, DELETE answers 200."},
		{Name: "sessions/layouts", Section: "3.4", Mark: Lib, Needs: Session, May: true, run: subscribes(sessionsLayouts, func(*visit) string { return `{"layoutIds":[]}` }, 200, 0, sessionsMessage),
			Fact: "So does that of the layouts' sessions, which is ended with any success."},
	}
	for i := range all {
		all[i].Feature, all[i].Version = "session", 1
	}
	return all
}

// listed finds a session's user in a list of a sessionsMessage.
func listed(m message, list, user string) bool {
	all, _ := find(m.value, list).([]any)
	return slices.ContainsFunc(all, func(s any) bool { return strings.EqualFold(text(s, "userId.id"), user) })
}

// followSessions subscribes to the sessions of the visit's user.
func (v *visit) followSessions(ctx context.Context) (message, error) {
	if err := v.drain(ctx, v.reader); err != nil {
		return message{}, err
	}
	if _, err := v.ask(ctx, v.reader, put(sessionsUsers, object{"userIds": []string{v.reader.user}}.String()), status(200)); err != nil {
		return message{}, err
	}
	return v.awaitWhole(ctx, v.reader, sessionsMessage)
}

func sessionsListed(ctx context.Context, v *visit) error {
	m, err := v.followSessions(ctx)
	if err != nil {
		return err
	}
	all, _ := find(m.value, "sessionsAdded").([]any)
	own := func(s any) bool {
		return strings.EqualFold(text(s, "userId.id"), v.reader.user) && text(s, "applicationName") == v.options.Application
	}
	if !slices.ContainsFunc(all, own) {
		return saw(m.value, "a session of %s with application %s", v.reader.user, v.options.Application)
	}
	_, err = v.ask(ctx, v.reader, remove(sessionsUsers), succeeded)
	return err
}

func sessionsComeAndGo(ctx context.Context, v *visit) error {
	if _, err := v.followSessions(ctx); err != nil {
		return err
	}
	s, err := v.fresh(ctx)
	if err != nil {
		return err
	}
	told := func(list string) error {
		m, err := v.await(ctx, v.reader, sessionsMessage+" with "+list, func(m message) bool {
			return m.kind == sessionsMessage && m.isDelta() == true && listed(m, list, v.reader.user)
		})
		if err != nil {
			return err
		}
		return v.shaped(m.kind, m.kind, m.value)
	}
	return inOrder(
		func() error { return told("sessionsAdded") },
		func() error { return v.signOut(ctx, s) },
		func() error { return told("sessionsRemoved") },
		func() error { _, err := v.ask(ctx, v.reader, remove(sessionsUsers), succeeded); return err },
	)
}

// watching are the facts of following queues and interactions (section 3.4).
func watching() []Case {
	none := func(*visit) string { return "" }
	queue := func(properties string) question { return put(queuePath, properties) }
	user := `{"queueType":1,"queueName":"` + stranger + `"}`
	watched := subscription + "/interactions/" + noInteraction
	all := []Case{
		{Name: "queue/queues-required", Section: "3.4", Mark: Lib, Needs: Session, run: each([]question{queue("{}"), queue(`{"queueIds":[],"attributeNames":[]}`), queue("")}, status(400), isError),
			Fact: "A queue's subscription without queueIds answers 400."},
		{Name: "queue/names-required", Section: "3.4", Mark: Lib, Needs: Session, run: func(ctx context.Context, v *visit) error {
			return asks(queue(object{"queueIds": []object{{"queueType": 1, "queueName": v.reader.user}}}.String()), status(400), isError)(ctx, v)
		}, Fact: "Without attributeNames it answers 400."},
		{Name: "queue/id-required", Section: "3.4", Mark: Lib, Needs: Session, run: each([]question{
			queue(`{"queueIds":[{"queueType":1}],"attributeNames":[]}`), queue(`{"queueIds":[{"queueName":"x"}],"attributeNames":[]}`),
		}, status(400), isError), Fact: "A queueId without queueType or queueName answers 400."},
		{Name: "queue/unknown-type", Section: "3.4", Mark: Lib, Needs: Session, run: each([]question{
			queue(`{"queueIds":[{"queueType":4,"queueName":"x"}],"attributeNames":[]}`), queue(`{"queueIds":[{"queueType":"User","queueName":"x"}],"attributeNames":[]}`),
		}, status(400), isError), Fact: "A queueType is a number from 0 to 3; others answer 400."},
		{Name: "queue/unknown", Section: "3.4", Mark: Inferred, Needs: Session, run: asks(queue(`{"queueIds":[`+user+`],"attributeNames":[]}`), refused),
			Fact: "The queue of a user that there is not can not be followed."},
		{Name: "queue/named", Section: "3.4", Mark: Lib, Needs: Session, run: queueNamed,
			Fact: "queueContentsMessage names the subscription by the id that the client chose, of each of several."},
		{Name: "queue/workgroup", Section: "3.4", Mark: Lib, Needs: Session, run: queueOfWorkgroup,
			Fact: "A workgroup's queue can be followed by its members: queueType 2."},
		{Name: "queue/system", Section: "3.4", Mark: Inferred, Needs: Session, Rights: true, run: queueOfSystem,
			Fact: "The system's queue can be followed by who may: queueType 0."},
		{Name: "queue/delete-unknown", Section: "11", Mark: Decision, Needs: Session, run: asks(remove(subscription+"/queues/no-such-subscription"), status(204)),
			Fact: "DELETE of a subscription that there is not answers 204."},
		{Name: "alerting/subscription", Section: "3.4", Mark: Lib, Needs: Session, run: subscribes(alertingPath, func(*visit) string { return `{"attributeNames":["Eic_State"]}` }, 200, 0, alertingMessage),
			Fact: "PUT of what alerts the user is followed by interactionAlertingMessage with isDelta false."},
		{Name: "alerting/bare", Section: "3.4", Mark: Lib, Needs: Session, run: subscribes(alertingPath, none, 200, 0, alertingMessage),
			Fact: "It needs no attributeNames."},
		{Name: "alerting/delete", Section: "11", Mark: Decision, Needs: Session, run: asks(remove(alertingPath), status(204)),
			Fact: "Its DELETE answers 204."},
		{Name: "history/subscription", Section: "3.4", Mark: Lib, Needs: Session, run: subscribes(historyPath, func(*visit) string { return `{"numberOfHistoryMessages":5}` }, 200, 0, historyMessage),
			Fact: "PUT of the user's former interactions is followed by historyMessage with isDelta false."},
		{Name: "history/bare", Section: "3.4", Mark: Lib, Needs: Session, run: subscribes(historyPath, none, 200, 0, historyMessage),
			Fact: "It needs no numberOfHistoryMessages."},
		{Name: "history/delete", Section: "11", Mark: Decision, Needs: Session, run: asks(remove(historyPath), status(204)),
			Fact: "Its DELETE answers 204."},
		{Name: "history/wrong-type", Section: "1.5", Mark: Doc, Needs: Session, run: asks(put(historyPath, `{"numberOfHistoryMessages":"five"}`), status(400), isError),
			Fact: "A number of another type answers 400."},
		{Name: "interaction/watch-unknown", Section: "3.4", Mark: Lib, Needs: Session, run: asks(put(watched, `{"attributeNames":["Eic_State"]}`), status(404), isError),
			Fact: "An interaction that there is not can not be followed: 404."},
		{Name: "interaction/watch-required", Section: "3.4", Mark: Doc, Needs: Session, run: each([]question{put(watched, "{}"), put(watched, `{"attributeNames":[]}`), put(watched, `{"attributeNames":"Eic_State"}`)}, status(400), isError),
			Fact: "An interaction's subscription needs attributeNames, at least one: 400."},
		{Name: "interaction/watch-callback", Section: "3.4", Mark: Doc, Needs: Session, May: true, run: asks(put(watched+"/callback", ""), status(404, 403), isError),
			Fact: "Nor can its callback, where the server has callbacks."},
		{Name: "messaging/previous-told", Section: "3.4", Mark: Lib, Needs: Session, run: subscribes(previousPath, none, 200, 0, previousMessage),
			Fact: "The subscription to the former statuses is followed by userStatusPreviousInfoMessage with isDelta false."},
		{Name: "messaging/handlers", Section: "12.9", Mark: Wire, Needs: Session, May: true, run: inTurn(
			asks(put(handlersPath, `{"headers":[{"objectId":"outdial-conformance","eventIds":["outdial-conformance"]}]}`), status(204)), asks(remove(handlersPath), succeeded)),
			Fact: "PUT of what handlers send answers 204, where the server has handlers."},
		{Name: "messaging/handler", Section: "12.9", Mark: Wire, Needs: Session, May: true, Changes: true, run: asks(
			post("/{session}/system/handler-notification", `{"objectId":"outdial-conformance","eventId":"outdial-conformance","data":[]}`), status(202)),
			Fact: "POST system/handler-notification answers 202, where the server has handlers."},
		{Name: "messaging/kinds", Section: "11", Mark: Decision, Needs: Session, run: subscriptionsAnswered,
			Fact: "A subscription whose PUT has no documented body answers 200 with {}."},
	}
	return all
}

// follow subscribes to queues and gives the first message of the subscription.
func (v *visit) follow(ctx context.Context, id string, queues ...object) (message, error) {
	body := object{"queueIds": queues, "attributeNames": []string{"Eic_State"}}
	if _, err := v.ask(ctx, v.asker, put(subscription+"/queues/"+id, body.String()), status(200)); err != nil {
		return message{}, err
	}
	m, err := v.await(ctx, v.asker, queueMessage+" of "+id, func(m message) bool {
		return m.kind == queueMessage && text(m.value, "subscriptionId") == id
	})
	if err != nil {
		return m, err
	}
	if err := v.shaped(m.kind, m.kind, m.value); err != nil {
		return m, err
	}
	return m, whole(m)
}

func (v *visit) unfollow(ctx context.Context, id string) error {
	_, err := v.ask(ctx, v.asker, remove(subscription+"/queues/"+id), succeeded)
	return err
}

func queueNamed(ctx context.Context, v *visit) error {
	own := object{"queueType": 1, "queueName": v.asker.user}
	ids := []string{"conformance-a", "conformance-b"}
	for _, id := range ids {
		if _, err := v.follow(ctx, id, own); err != nil {
			return err
		}
	}
	return inOrder(func() error { return v.unfollow(ctx, ids[0]) }, func() error { return v.unfollow(ctx, ids[1]) })
}

func queueOfWorkgroup(ctx context.Context, v *visit) error {
	name, err := v.workgroup(ctx)
	if err != nil {
		return err
	}
	if _, err := v.follow(ctx, "conformance", object{"queueType": 2, "queueName": name}); err != nil {
		return err
	}
	return v.unfollow(ctx, "conformance")
}

func queueOfSystem(ctx context.Context, v *visit) error {
	if _, err := v.follow(ctx, "conformance", object{"queueType": 0, "queueName": ""}); err != nil {
		return err
	}
	return v.unfollow(ctx, "conformance")
}

// workgroup finds one that the user is a member of.
func (v *visit) workgroup(ctx context.Context) (string, error) {
	a, err := v.client.ask(ctx, v.asker, get("/{session}/configuration/users/{user}?select=workgroups"))
	if err != nil {
		return "", err
	}
	list, _ := a.property("workgroups").([]any)
	if len(list) == 0 || text(list[0], "id") == "" {
		return "", notMet("no workgroup of the user is told by his configuration")
	}
	return text(list[0], "id"), nil
}

func subscriptionsAnswered(ctx context.Context, v *visit) error {
	for _, path := range []string{alertingPath, historyPath, previousPath, sessionsUsers} {
		nothing := func(_ *visit, a *answer) error {
			if got := brief(a.json); got != "{}" {
				return saw(string(a.body), "{} of %s", path)
			}
			return nil
		}
		if _, err := v.ask(ctx, v.asker, put(path, ""), status(200), nothing); err != nil {
			return err
		}
		if _, err := v.ask(ctx, v.asker, remove(path), status(204)); err != nil {
			return err
		}
	}
	return nil
}
