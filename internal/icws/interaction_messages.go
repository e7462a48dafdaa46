package icws

import "github.com/outdial/outdial/internal/session"

// interactionMessage makes the messages about calls and queues.
func (s *server) interactionMessage(m session.Message) object {
	switch m := m.(type) {
	case session.Queue:
		return s.queueMessage(m)
	case session.Interaction:
		attributes := s.attributes(m.After, m.Names)
		if m.Before != nil {
			if attributes = s.changed(*m.Before, m.After, m.Names); len(attributes) == 0 {
				return nil
			}
		}
		return about("interactions:interactionChangedMessage", m.Before != nil, object{"interactionID": m.After.ID, "attributes": attributes})
	case session.InteractionGone:
		return about("interactions:interactionDeallocatedMessage", true, object{"interactionID": m.Call})
	}
	return nil
}

func (s *server) queueMessage(m session.Queue) object {
	o := object{"subscriptionId": m.Subscription}
	interaction := func(id any, attributes map[string]string) object {
		return object{"interactionId": id, "attributes": attributes}
	}
	var added, altered []object
	for _, c := range m.Added {
		added = append(added, interaction(c.ID, s.attributes(c, m.Names)))
	}
	for _, c := range m.Changed {
		if diff := s.changed(c.Before, c.After, m.Names); len(diff) > 0 {
			altered = append(altered, interaction(c.After.ID, diff))
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
