package conformance

import (
	"context"
	"fmt"
	"regexp"
	"strings"
)

// leaving are the facts of going home, and of all messages that were heard.
func leaving() []Case {
	return append([]Case{
		{Name: "token/expires", Section: "1.4", Mark: Doc, Needs: Session, run: tokenExpires,
			Fact: "A token that is 7 seconds old opens nothing: 400."},
		{Name: "history/calls", Section: "3.4", Mark: Inferred, Needs: Dialer, Feature: "interactions", Version: 1, run: historyOfCalls,
			Fact: "The user's history tells of the dialer's calls that are over."},
		{Name: "sessions/at-station", Section: "3.4", Mark: Lib, Needs: Station, Feature: "session", Version: 1, run: sessionAtStation,
			Fact: "The stations' sessions list the one at the station, with user and application."},
		{Name: "queue/station", Section: "3.4", Mark: Lib, Needs: Station, Feature: "queues", Version: 1, run: queueOfStation,
			Fact: "The queue of one's own station can be followed: queueType 3."},
		{Name: "dialer/log-off", Section: "4.2", Mark: Doc, Needs: Dialer, Feature: "dialer", Version: 2, run: logsOff,
			Fact: "log-off answers 200 without a body, and logoutGrantedMessage with a blank id follows."},
		{Name: "dialer/ready-after", Section: "12.16", Mark: Wire, Needs: Station, Feature: "dialer", Version: 2, run: asks(post("/{session}/dialer/ready-for-calls", "{}"), refused),
			Fact: "ready-for-calls after the log-off is a plain 4xx again."},
		{Name: "station/left", Section: "2", Mark: Doc, Needs: Station, run: leavesStation,
			Fact: "DELETE connection/station answers 200, and there is no station any more."},
		{Name: "messaging/shapes", Section: "3.2", Mark: Doc, run: allShaped,
			Fact: "Every message heard has __type and isDelta and the shape of its type."},
		{Name: "messaging/known", Section: "12.8", Mark: Wire, run: allKnown,
			Fact: "No message is of a type that clients do not know."},
	}, heard()...)
}

// inName is where a new word begins in the name of a type.
var inName = regexp.MustCompile(`([a-z])([A-Z])`)

// heard are the facts of each type of message, judged by all that were heard
// (sections 3.4 and 4.4).
func heard() []Case {
	var all []Case
	for _, m := range []struct{ section, kind string }{
		{"3.2", doneMessage}, {"3.4", "connection:connectionStateChangeMessage"}, {"3.4", "connection:effectiveStationChangeMessage"}, {"3.4", stationMessage},
		{"5.1", userStatusMessage}, {"5.1", "status:statusMessagesMessage"}, {"5.1", "status:statusMessagesUserAccessMessage"}, {"5.1", previousMessage},
		{"3.4", queueMessage}, {"3.4", "queues:queueSubscriptionStateMessage"}, {"3.4", sessionsMessage}, {"3.4", licenceMessage},
		{"5.2", alertingMessage}, {"5.2", historyMessage}, {"5.2", changedMessage}, {"5.2", "interactions:interactionDeallocatedMessage"},
		{"5.2", "interactions:interactionLostRightsMessage"}, {"5.2", "interactions:interactionMorphedMessage"}, {"5.2", "interactions:interactionRecordingSnippetCreatedMessage"},
		{"4.4", campaignsMessage}, {"4.4", breakMessage}, {"4.4", popMessage}, {"4.4", "dialer:autoLoginMessage"}, {"4.4", "dialer:autoLogoutMessage"},
		{"4.4", logoutMessage}, {"4.4", "dialer:setFormDefinitionMessage"}, {"4.4", "dialer:outboundServerConnectionStateChangeMessage"}, {"4.4", "dialer:manualOutboundCallStatusMessage"},
	} {
		_, name, _ := strings.Cut(strings.TrimSuffix(m.kind, "Message"), ":")
		all = append(all, Case{Name: "message/" + strings.ToLower(inName.ReplaceAllString(name, "$1-$2")), Section: m.section, Mark: Lib, run: shapedIfHeard(m.kind),
			Fact: "Every " + m.kind + " has its shape, with __type and isDelta."})
	}
	return all
}

func shapedIfHeard(kind string) func(context.Context, *visit) error {
	return func(_ context.Context, v *visit) error {
		there := false
		for _, m := range v.messages {
			if m.kind != kind {
				continue
			}
			there = true
			if err := v.shaped(kind, kind, m.value); err != nil {
				return err
			}
		}
		if !there {
			return notMet("none was heard")
		}
		return nil
	}
}

func logsOff(ctx context.Context, v *visit) error {
	if v.pop != nil {
		if err := v.finish(ctx); err != nil {
			return err
		}
	}
	if err := v.drain(ctx, v.desk); err != nil {
		return err
	}
	return v.logOff(ctx, empty)
}

func leavesStation(ctx context.Context, v *visit) error {
	if err := v.stand(ctx, status(200)); err != nil {
		return err
	}
	_, err := v.ask(ctx, v.desk, get(stationPath), status(404))
	return err
}

func allShaped(_ context.Context, v *visit) error {
	if len(v.messages) == 0 {
		return notMet("no message was heard")
	}
	for _, m := range v.messages {
		if m.kind == "" || v.shapes[m.kind] == nil {
			if text(m.value, "__type") == "" {
				return saw(m.value, "a message with __type")
			}
			if _, is := m.isDelta().(bool); !is {
				return saw(m.value, "a message with isDelta")
			}
			continue
		}
		if err := v.shaped(m.kind, m.kind, m.value); err != nil {
			return err
		}
	}
	return nil
}

func allKnown(_ context.Context, v *visit) error {
	if len(v.messages) == 0 {
		return notMet("no message was heard")
	}
	for _, m := range v.messages {
		if v.shapes[m.kind] == nil || !v.shapes.is(v.shapes[m.kind], "messaging:message") {
			return saw(fmt.Sprintf("a message of type %q", text(m.value, "__type")), "a type of section 3 or 4")
		}
	}
	return nil
}
