package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// visit is one run's stay at a server: what it has open, and how far it has come.
// The run's goroutine owns all of it.
type visit struct {
	options Options
	client  *client
	shapes  shapes
	current Case

	features map[string]int // what the server announces
	open     []*session     // not yet ended
	refusal  *answer        // of the last sign-in, if it failed
	entered  bool           // the user was let in once
	barred   string         // or was not, and why
	messages []message      // all that were heard, of all sessions

	reader *session // only reads
	desk   *session // sits, is logged in, has calls
	admin  *session // of the administrator
	asker  *session // of reader and desk the one that suits the case; nil where none is needed
	at     Need     // how far the desk has come
	broken map[Need]error

	seat      any // stationInformation of the desk
	before    string
	restore   bool // the user's status is to be set back to before
	campaign  campaign
	pop       *pop
	previewed any      // the last preview's message
	disposed  []string // ids of calls that are done with
	own       []string // ids of calls that the desk has made and not ended
	aged      *token   // one that nobody has used, to be tried when it is too old
	paths     *int     // status of a path that there is not, asked without a session
}

// campaign is the one whose contacts may be called, and what the log-in told.
type campaign struct {
	id         string
	right      bool    // the agent has the Logon Campaign right
	told, rest message // the first availableCampaignsMessage and breakStatusMessage
}

// pop is a call of the dialer that was shown and not yet dispositioned.
type pop struct {
	id    string
	value any // of the message
}

// ask asks, and looks at the answer. Where the case may find nothing, a server
// without the resource does not offer it.
func (v *visit) ask(ctx context.Context, s *session, q question, checks ...check) (*answer, error) {
	a, err := v.client.ask(ctx, s, q)
	if err != nil {
		return nil, err
	}
	if err := look(v, a, checks); err != nil {
		switch {
		case v.current.May && a.unsupported():
			err = &absent{fmt.Sprintf("%s %s answers %d", q.verb, q.path, a.status)}
		case v.current.Rights && a.status == http.StatusForbidden:
			err = notMet("the user may not: %s", text(a.json, "message"))
		}
		return nil, err
	}
	return a, nil
}

// admit opens the administrator's session, which asks in this case. Who was refused
// once is not tried again.
func (v *visit) admit(ctx context.Context) error {
	if v.options.AdminUser == "" {
		return notMet("it needs an administrator, and none was named")
	}
	if v.admin == nil && v.broken[administrator] == nil {
		body := v.credentials()
		body["userID"], body["password"] = v.options.AdminUser, v.options.AdminPassword
		v.admin, v.broken[administrator] = v.signIn(ctx, connect("", body))
	}
	if err := v.broken[administrator]; err != nil {
		return notMet("the administrator is not let in: %v", err)
	}
	v.asker = v.admin
	return nil
}

// shaped wants a value of a shape.
func (v *visit) shaped(at, name string, value any) error {
	if found := v.shapes.check(at, name, value); len(found) > 0 {
		return saw(strings.Join(found, "; "), "the shape %s", name)
	}
	return nil
}

// climb brings the visit to where a case can be tried. What failed once is not
// tried again.
func (v *visit) climb(ctx context.Context, need Need) error {
	v.asker = nil
	for _, step := range []struct {
		to   Need
		done bool
		take func(context.Context) error
	}{
		{Session, v.reader != nil, v.read},
		{Station, v.at >= Station, v.sit},
		{Dialer, v.at >= Dialer, v.logIn},
		{Pop, v.pop != nil, v.takeCall},
		{Call, false, v.beConnected},
	} {
		if need < step.to {
			break
		}
		if step.done {
			continue
		}
		err := v.broken[step.to]
		if err == nil {
			err = step.take(ctx)
		}
		if err != nil {
			v.broken[step.to] = err
			return notMet("it needs a %s: %v", step.to, err)
		}
	}
	switch {
	case need >= Station:
		v.asker = v.desk
	case need == Session:
		v.asker = v.reader
	}
	return nil
}

func (v *visit) read(ctx context.Context) (err error) {
	v.reader, err = v.enter(ctx, connect("?include="+everything, v.credentials()))
	return err
}

// settings are the stations that the options name, the one for calls first.
func (v *visit) settings() []object {
	var all []object
	if n := v.options.RemoteNumber; n != "" {
		all = append(all, object{"__type": urn + "connection:remoteNumberSettings", "remoteNumber": n,
			"persistentConnection": true, "supportedMediaTypes": []int{1}, "readyForInteractions": true})
	}
	if n := v.options.Station; n != "" {
		all = append(all, object{"__type": urn + "connection:workstationSettings", "workstation": n,
			"supportedMediaTypes": []int{1}, "readyForInteractions": true})
	}
	return all
}

// sit opens the desk's session and takes the station.
func (v *visit) sit(ctx context.Context) error {
	seats := v.settings()
	if len(seats) == 0 {
		return notMet("no station was named; give a remote number or a station")
	}
	if v.desk == nil {
		s, err := v.enter(ctx, connect("?include=effective-station", v.credentials()))
		if err != nil {
			return err
		}
		if at := s.opening.property("effectiveStation"); at != nil {
			return notMet("the user sits at %s already; give one who is not at work", brief(at))
		}
		v.desk = s
	}
	a, err := v.ask(ctx, v.desk, put("/{session}/connection/station", seats[0].String()), status(200))
	if err != nil {
		return err
	}
	v.at, v.seat = Station, a.json
	return nil
}

// logIn logs the desk in to the dialer, and to the campaign that was named. The
// status is one that brings no calls yet.
func (v *visit) logIn(ctx context.Context) error {
	if err := v.hangUp(ctx); err != nil {
		return err
	}
	if err := v.setStatus(ctx, v.desk, resting); err != nil {
		return err
	}
	if err := v.drain(ctx, v.desk); err != nil {
		return err
	}
	if _, err := v.ask(ctx, v.desk, post("/{session}/dialer/log-in", ""), status(200), empty); err != nil {
		return err
	}
	v.at = Dialer
	var err error
	if v.campaign.told, err = v.awaitKind(ctx, v.desk, campaignsMessage); err != nil {
		return err
	}
	if v.campaign.rest, err = v.awaitKind(ctx, v.desk, breakMessage); err != nil {
		return err
	}
	v.campaign.right, _ = find(v.campaign.told.value, "agentHasLogonCampaignRight").(bool)
	list, _ := find(v.campaign.told.value, "campaignsAdded").([]any)
	for _, c := range list {
		if strings.EqualFold(text(c, "name"), v.options.Campaign) {
			v.campaign.id = text(c, "id")
		}
	}
	if v.campaign.right && v.campaign.id != "" {
		_, err = v.ask(ctx, v.desk, post("/{session}/dialer/log-in", object{"campaignId": v.campaign.id}.String()), status(200))
	}
	return err
}

// ready asks for calls of the named campaign, and for no other's.
func (v *visit) ready(ctx context.Context) error {
	switch {
	case v.options.Campaign == "":
		return notMet("no campaign was named whose contacts may be called")
	case v.campaign.id == "":
		return notMet("the agent has no campaign %q", v.options.Campaign)
	}
	return inOrder(
		func() error {
			_, err := v.ask(ctx, v.desk, post("/{session}/dialer/establish-persistent-connection", ""), status(202))
			return err
		},
		func() error {
			_, err := v.ask(ctx, v.desk, post("/{session}/dialer/ready-for-calls", object{"campaignIds": []string{v.campaign.id}}.String()), status(200))
			return err
		},
		func() error { return v.setStatus(ctx, v.desk, "Available") },
	)
}

// takeCall gets ready and waits for a call.
func (v *visit) takeCall(ctx context.Context) error {
	if err := v.ready(ctx); err != nil {
		return err
	}
	m, err := v.await(ctx, v.desk, "a call of the campaign", v.newCall)
	if err != nil {
		return err
	}
	v.pop = &pop{text(m.value, "call.interactionId"), m.value}
	if text(m.value, "call.__type") == urn+"dialer:previewPop" && find(m.value, "call.callPlaced") != true {
		v.previewed = m.value
		_, err = v.ask(ctx, v.desk, post("/{session}/dialer/place-preview-call", ""), status(200))
	}
	return err
}

// newCall tells whether a message shows a call that is not done with: a preview's
// pop comes again once it was placed.
func (v *visit) newCall(m message) bool {
	return m.kind == popMessage && !slices.Contains(v.disposed, text(m.value, "call.interactionId"))
}

// beConnected waits until the call is up. One that ended instead is dispositioned
// and the next one taken, a few times.
func (v *visit) beConnected(ctx context.Context) error {
	deadline := time.Now().Add(v.options.Timeout)
	for lost := 0; ; {
		a, err := v.ask(ctx, v.desk, get("/{session}/interactions/"+v.pop.id+"?select=Eic_State"), status(200, 404))
		if err != nil {
			return err
		}
		switch state := text(a.json, "attributes.Eic_State"); {
		case state == "C":
			return nil
		case a.status == 404, state == "I", state == "E":
			if lost++; lost > 3 {
				return notMet("calls end before they are up")
			}
			if err := inOrder(func() error { return v.finish(ctx) }, func() error { return v.takeCall(ctx) }); err != nil {
				return err
			}
			deadline = time.Now().Add(v.options.Timeout)
		case time.Now().After(deadline):
			return saw("Eic_State "+state+" for "+v.options.Timeout.String(), "the call connected")
		}
		if err := wait(ctx, pause); err != nil {
			return err
		}
	}
}

// label chooses a disposition that does the contact least harm.
func (p *pop) label() string {
	list, _ := find(p.value, "call.dispositions").([]any)
	worst := func(d any) int {
		return slices.Index([]string{"Busy", "No Answer", "Machine", "Ambiguous", "", "Failure", "Success", "Scheduled", "Deleted"}, text(d, "wrapUpCategory"))
	}
	if len(list) == 0 {
		return ""
	}
	return text(slices.MinFunc(list, func(a, b any) int { return worst(a) - worst(b) }), "label")
}

// finish ends the call and dispositions it.
func (v *visit) finish(ctx context.Context) error {
	if _, err := v.ask(ctx, v.desk, post("/{session}/interactions/"+v.pop.id+"/disconnect", "")); err != nil {
		return err
	}
	return v.dispose(ctx)
}

func (v *visit) dispose(ctx context.Context, checks ...check) error {
	_, err := v.ask(ctx, v.desk, post("/{session}/dialer/disposition", object{"label": v.pop.label()}.String()), append([]check{status(200)}, checks...)...)
	if err == nil {
		v.disposed, v.pop = append(v.disposed, v.pop.id), nil
	}
	return err
}

// setStatus sets the user's status and waits until that is done. What it was
// before is remembered.
func (v *visit) setStatus(ctx context.Context, s *session, id string) error {
	if !v.restore {
		a, err := v.ask(ctx, s, get("/{session}/status/user-statuses/{user}"), status(200))
		if err != nil {
			return err
		}
		v.before, v.restore = text(a.json, "statusId"), true
	}
	a, err := v.ask(ctx, s, put("/{session}/status/user-statuses/{user}", object{"statusId": id}.String()), status(202), is("common:asyncOperationAcceptedResponse"))
	if err != nil {
		return err
	}
	return v.completed(ctx, s, text(a.json, "requestId"))
}

// completed waits for the word that an operation is done, and how.
func (v *visit) completed(ctx context.Context, s *session, id string) error {
	m, err := v.await(ctx, s, "the end of operation "+strconv.Quote(id), func(m message) bool {
		return m.kind == doneMessage && text(m.value, "requestId") == id
	})
	if err != nil {
		return err
	}
	if err := v.shaped(m.kind, doneMessage, m.value); err != nil {
		return err
	}
	if e := find(m.value, "error"); e != nil {
		return saw(e, "error null, as the operation succeeds")
	}
	return nil
}

// forget takes a session off the list of those to be ended.
func (v *visit) forget(s *session) {
	v.open = slices.DeleteFunc(v.open, func(o *session) bool { return o == s })
}

// tidy ends the sessions that a case has opened for itself.
func (v *visit) tidy(ctx context.Context) error {
	var all []error
	for _, s := range slices.Clone(v.open) {
		if s != v.reader && s != v.desk && s != v.admin {
			all = append(all, v.end(ctx, s))
		}
	}
	return errors.Join(all...)
}

// end ends a session; one that is over already is as good.
func (v *visit) end(ctx context.Context, s *session) error {
	v.forget(s)
	a, err := v.client.ask(ctx, s, remove("/{session}/connection"))
	if err == nil && a.status/100 != 2 && a.status != 401 {
		err = fmt.Errorf("session %s could not be ended: status %d", s.id, a.status)
	}
	return err
}

// leave takes down what the visit has set up. It does all that it can.
func (v *visit) leave(ctx context.Context) error {
	v.current = Case{}
	var all []error
	try := func(what string, err error) {
		if err != nil {
			all = append(all, fmt.Errorf("%s: %w", what, err))
		}
	}
	try("a call that was made was not ended", v.hangUp(ctx))
	if v.pop != nil {
		try("the call was not ended and dispositioned", v.finish(ctx))
	}
	if v.at >= Dialer {
		try("the dialer was not left", v.logOff(ctx))
	}
	if v.restore {
		s := v.desk
		if s == nil {
			s = v.reader
		}
		try("the user's status was "+v.before+" and is not again", v.setStatus(ctx, s, v.before))
	}
	if v.at >= Station {
		try("the station was not left", v.stand(ctx))
	}
	for _, s := range slices.Clone(v.open) {
		try("a session stays", v.end(ctx, s))
	}
	return errors.Join(all...)
}

// logOff leaves the dialer.
func (v *visit) logOff(ctx context.Context, checks ...check) error {
	if _, err := v.ask(ctx, v.desk, post("/{session}/dialer/log-off", ""), append([]check{status(200)}, checks...)...); err != nil {
		return err
	}
	return v.goHome(ctx)
}

// goHome waits until the log-off is granted. A call that was in the air may come
// before.
func (v *visit) goHome(ctx context.Context) error {
	for {
		m, err := v.await(ctx, v.desk, "a message "+logoutMessage+" with a campaign of blank id", func(m message) bool {
			return goneHome(m) || v.newCall(m)
		})
		if err != nil {
			return err
		}
		if m.kind == logoutMessage {
			v.at = Station
			return nil
		}
		v.pop = &pop{text(m.value, "call.interactionId"), m.value}
		if err := v.finish(ctx); err != nil {
			return err
		}
	}
}

// goneHome tells whether a message grants that the dialer is left altogether: one
// of its campaigns has a blank id.
func goneHome(m message) bool {
	list, _ := find(m.value, "campaigns").([]any)
	return m.kind == logoutMessage && slices.ContainsFunc(list, func(c any) bool { return find(c, "id") == "" })
}

// stand leaves the station.
func (v *visit) stand(ctx context.Context, checks ...check) error {
	_, err := v.ask(ctx, v.desk, remove("/{session}/connection/station"), append([]check{succeeded}, checks...)...)
	if err == nil {
		v.at = Nothing
	}
	return err
}

// Messages that the visit looks for.
const (
	campaignsMessage  = "dialer:availableCampaignsMessage"
	breakMessage      = "dialer:breakStatusMessage"
	popMessage        = "dialer:dataPopMessage"
	logoutMessage     = "dialer:logoutGrantedMessage"
	doneMessage       = "messaging:asyncOperationCompletedMessage"
	userStatusMessage = "status:userStatusMessage"
	queueMessage      = "queues:queueContentsMessage"
	stationMessage    = "connection:stationConnectionStateChangeMessage"
	changedMessage    = "interactions:interactionChangedMessage"
)
