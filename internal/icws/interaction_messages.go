package icws

import (
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/session"
)

// interactionMessage makes the messages about calls and queues.
func (s *server) interactionMessage(m session.Message) object {
	switch m := m.(type) {
	case session.Queue:
		return s.queueMessage(m)
	case session.QueueLost:
		return about("queues:queueSubscriptionStateMessage", true, object{"subscriptionId": m.Subscription, "state": subscriptionFaulted, "error": describe(m.Err)})
	case session.Interaction:
		attributes := s.attributes(m.After, m.For, m.Names)
		if m.Before != nil {
			if attributes = s.changed(*m.Before, m.After, m.For, m.Names); len(attributes) == 0 {
				return nil
			}
		}
		return about("interactions:interactionChangedMessage", m.Before != nil, object{"interactionID": m.After.ID, "attributes": attributes})
	case session.InteractionGone:
		if m.Lost {
			return about("interactions:interactionLostRightsMessage", true, object{"interactionID": m.Call})
		}
		return about("interactions:interactionDeallocatedMessage", true, object{"interactionID": m.Call})
	case session.Morphed:
		return about("interactions:interactionMorphedMessage", true, object{"interactionID": m.From, "newInteractionID": m.To})
	case session.Snippet:
		return about("interactions:interactionRecordingSnippetCreatedMessage", true, object{"interactionID": m.Call, "recordingSnippetId": m.Recording})
	case session.Alerting:
		return s.alertingMessage(m)
	case session.History:
		return s.historyMessage(m)
	}
	return nil
}

// subscriptionFaulted is subscriptionState Faulted (contract section 3.2).
const subscriptionFaulted = 3

func (s *server) queueMessage(m session.Queue) object {
	o := object{"subscriptionId": m.Subscription}
	var added, altered []object
	for _, c := range m.Added {
		i := object{"interactionId": c.ID, "attributes": s.attributes(*c, m.For, m.Names)}
		if c.Conference != "" {
			i["conferenceParentId"] = c.Conference
		}
		added = append(added, i)
	}
	for _, c := range m.Changed {
		if diff := s.changed(*c.Before, *c.After, m.For, m.Names); len(diff) > 0 {
			altered = append(altered, object{"interactionId": c.After.ID, "attributes": diff})
		}
	}
	if m.Whole && added == nil {
		added = []object{}
	}
	if added != nil {
		o["interactionsAdded"] = added
	}
	if altered != nil {
		o["interactionsChanged"] = altered
	}
	if m.Removed != nil {
		o["interactionsRemoved"] = m.Removed
	}
	if !m.Whole && added == nil && altered == nil && m.Removed == nil {
		return nil
	}
	return about("queues:queueContentsMessage", !m.Whole, o)
}

// alertTypes are interactionAlertTypes by the queue on whose behalf a call alerts
// (contract section 5.2); without one it is the user's own.
var alertTypes = map[call.QueueType]int{call.SystemQueue: 1, call.UserQueue: 1, call.StationQueue: 2, call.WorkgroupQueue: 3}

// The values of interactionAlertActions.
const (
	startAlerting = 1
	stopAlerting  = 2
)

// alertingMessage tells of calls that alert. None is answered by itself: an agent
// picks up what alerts him.
func (s *server) alertingMessage(m session.Alerting) object {
	details := []object{}
	for _, a := range m.Alerts {
		l := looked{a.Call, m.For, s}
		d := object{
			"interactionId": a.Call.ID, "interactionType": "Call", "name": l.remoteName(), "address": l.remote(),
			"alertType": alertTypes[a.Queue.Type], "alertAction": startAlerting, "autoAnswer": false,
		}
		if a.Stop {
			d["alertAction"] = stopAlerting
		}
		if a.Queue.Type != call.SystemQueue {
			d["monitoredQueue"] = object{"queueType": a.Queue.Type, "queueName": a.Queue.Name}
		}
		if len(m.Names) > 0 {
			d["attributes"] = s.attributes(a.Call, m.For, m.Names)
		}
		details = append(details, d)
	}
	return about("interactions:interactionAlertingMessage", !m.Whole, object{"alertingInteractionDetails": details})
}

// directions are interactionDirection by the letter of Eic_CallDirection.
var directions = map[string]int{"I": 1, "O": 2}

// The values of interactionHistoryStatusType.
const (
	historyNone      = 0
	historyConnected = 1
	historyForwarded = 2
)

func (s *server) historyMessage(m session.History) object {
	items := []object{}
	for _, p := range m.Calls {
		items = append(items, s.historyItem(p, m.For))
	}
	return about("interactions:historyMessage", !m.Whole, object{"interactionHistory": items})
}

// historyItem is a call that is over. Its log is why it ended, in words.
func (s *server) historyItem(p session.Past, by string) object {
	l := looked{p.Call, by, s}
	status := historyNone
	switch {
	case p.Forwarded:
		status = historyForwarded
	case !p.Call.Connected.IsZero():
		status = historyConnected
	}
	item := object{
		"interactionId": p.Call.ID, "direction": directions[l.direction()], "interactionHistoryStatus": status, "log": p.Call.Cause,
		"localAddress": p.Call.Campaign.CallerID, "localId": l.local(), "localName": l.local(), "notes": written(p.Call.Attributes, noteAttribute),
		"remoteAddress": l.remote(), "remoteId": l.remote(), "remoteName": l.remoteName(), "terminationTime": date(p.Call.Ended),
	}
	if began := l.began(); !began.IsZero() {
		item["initiationTime"] = date(began)
	}
	return item
}

// noteAttribute is where the floor keeps the notes of a call that an agent made.
const noteAttribute = "Eic_Notes"
