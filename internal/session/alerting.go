package session

import (
	"context"
	"slices"

	"github.com/outdial/outdial/internal/dialer"
)

const alertingKey = "alerting"

// WatchAlerts follows the calls that alert the session's agent.
func (b *Book) WatchAlerts(ctx context.Context, s *Session, names []string) error {
	return b.subscribe(ctx, s, alertingKey, &alertTopic{follower: follower{b, s}, names: names})
}

// UnwatchAlerts ends it.
func (b *Book) UnwatchAlerts(s *Session) { b.unsubscribe(s, alertingKey) }

// alertTopic follows the calls that alert the session's agent.
type alertTopic struct {
	follower
	names []string
}

func (t *alertTopic) message(alerts []dialer.Alert, whole bool) Message {
	return Alerting{Whole: whole, For: t.s.User.ID, Names: t.names, Alerts: alerts}
}

func (t *alertTopic) whole(snap dialer.Snapshot) (Message, error) {
	var alerts []dialer.Alert
	for _, c := range snap.Calls {
		if slices.Contains(c.Alerts, t.s.Agent()) {
			alerts = append(alerts, dialer.Alert{Agent: t.s.Agent(), Call: c, Queue: c.Rings})
		}
	}
	return t.message(alerts, true), nil
}

func (t *alertTopic) change(ev dialer.Event) Message {
	if e, ok := ev.Body.(dialer.Alert); ok && e.Agent == t.s.Agent() {
		return t.message([]dialer.Alert{e}, false)
	}
	return nil
}
