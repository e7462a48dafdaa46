package store

import (
	"context"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// Record writes an attempt as it is now. With Closed set it also gives the
// contact its Next, in the same transaction; a contact that is no longer in
// process (taken out by hand meanwhile) keeps its status. Who asked not to be called
// again is put on the list of refusals in the same transaction.
//
// An attempt that is closed as withdrawn gives the contact back what it was before
// the lease, save that it is not due before Next says so, if that is still to come:
// the rules may have closed meanwhile. A promise stays a promise, with its owner,
// and who had asked not to be called again is not callable because an agent had
// looked at him. Next is written down as it was carried out.
//
// An attempt that is closed already stays as it is, and that is no error; only
// how its leg ended, and how its media went, is added if that was not known: an
// agent may disposition a call before it is over.
//
// Errors: NotFound for an attempt that was never claimed.
func (s *Store) Record(ctx context.Context, a campaign.Attempt) error {
	return s.write(ctx, "record attempt "+string(a.Call()), func(tx *transaction) error {
		return s.record(ctx, tx, a)
	})
}

func (s *Store) record(ctx context.Context, tx *transaction, a campaign.Attempt) error {
	var contact int64
	var closed bool
	var was campaign.Next
	err := tx.QueryRowContext(ctx, `SELECT contact, closed <> 0, `+wasColumns+` FROM attempts WHERE id = ?`, a.ID).
		Scan(&contact, &closed, &was.Status, moment{&was.Due}, &was.Owner)
	if err != nil {
		return err
	}
	if closed {
		if err := s.amend(ctx, tx, a); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE attempts SET ended = ?, reason = ?, sip = ?, q850 = ?,
				codec = ?, secure = ?, sent = ?, received = ?, lost = ?, far_lost = ?, jitter = ?, round_trip = ?
			WHERE id = ? AND ended = 0`,
			micros(a.Ended), a.Reason, a.SIP, a.Q850,
			a.Media.Codec, a.Media.Secure, a.Media.Sent, a.Media.Received, a.Media.Lost, a.Media.FarLost,
			a.Media.Jitter.Microseconds(), a.Media.RoundTrip.Microseconds(), a.ID)
		return err
	}
	if a.Outcome == withdrawn && !a.Closed.IsZero() {
		a.Next = givenBack(was, a)
	}
	_, err = tx.ExecContext(ctx, `UPDATE attempts SET
			number = ?, caller_id = ?, preview = ?, manual = ?, rule = ?,
			claimed = ?, placed = ?, ringing = ?, answered = ?, bridged = ?, ended = ?, disposed = ?, closed = ?,
			to_customer = ?, to_agent = ?,
			codec = ?, secure = ?, sent = ?, received = ?, lost = ?, far_lost = ?, jitter = ?, round_trip = ?,
			agent_codec = ?, agent_secure = ?, attestation = ?,
			agent = ?, trunk = ?, outcome = ?, reason = ?, sip = ?, q850 = ?,
			label = ?, category = ?, code = ?,
			next_status = ?, next_due = ?, next_owner = ?, next_counts = ?,
			ccid = ?, kind = ?, next_number = ?, next_pass = ?, next_rescheduled = ?,
			`+setAnswer+`
		WHERE id = ?`, append([]any{
		a.Number, a.CallerID, a.Preview, a.Manual, a.Rule,
		micros(a.Claimed), micros(a.Placed), micros(a.Ringing), micros(a.Answered), micros(a.Bridged),
		micros(a.Ended), micros(a.Disposed), micros(a.Closed),
		a.ToCustomer.Microseconds(), a.ToAgent.Microseconds(),
		a.Media.Codec, a.Media.Secure, a.Media.Sent, a.Media.Received, a.Media.Lost, a.Media.FarLost,
		a.Media.Jitter.Microseconds(), a.Media.RoundTrip.Microseconds(),
		a.AgentCodec, a.AgentSecure, a.Attestation,
		a.Agent, a.Trunk, string(a.Outcome), a.Reason, a.SIP, a.Q850,
		a.Label, a.Category, a.Code,
		string(a.Next.Status), micros(a.Next.Due), a.Next.Owner, a.Next.Counts,
		a.CCID, a.Kind, string(a.Next.Number), a.Next.Pass, a.Next.Rescheduled,
	}, append(answerValues(a.Answer), a.ID)...)...)
	if err != nil || a.Closed.IsZero() {
		return err
	}
	if err := numbered(ctx, tx, a); err != nil {
		return err
	}
	if err := s.enter(ctx, tx, a, campaign.Count{}); err != nil {
		return err
	}
	if err := release(ctx, tx, contact, a.Next); err != nil {
		return err
	}
	if _, ok := compliance.ReadCallee(a.Number); ok && a.Category == deleted {
		return refuse(ctx, tx, campaign.Refusal{Number: a.Number, At: a.Closed, By: a.Agent, Why: "call " + string(a.Call())})
	}
	return nil
}

// amend takes into a closed attempt that it was answered, and the person abandoned,
// where that was not known as it was closed: an answer may cross the agent's
// disposition.
func (s *Store) amend(ctx context.Context, tx *transaction, a campaign.Attempt) error {
	was, err := scanAttempt(tx.QueryRowContext(ctx, `SELECT `+attemptColumns+` FROM attempts WHERE id = ?`, a.ID))
	if err != nil || !was.Ended.IsZero() {
		return err
	}
	now := was
	if now.Answered.IsZero() {
		now.Answered = a.Answered
	}
	now.Abandoned = was.Abandoned || a.Abandoned
	if now.Count() == was.Count() {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `UPDATE attempts SET answered = ?, abandoned = ? WHERE id = ?`,
		micros(now.Answered), now.Abandoned, a.ID); err != nil {
		return err
	}
	return s.enter(ctx, tx, now, was.Count())
}

// withdrawn is the outcome of an attempt that was never dialed, lost that of one that
// a crash cut off, and noPerson that of one that a machine answered; they are those of
// package call, which storage does not import.
const (
	withdrawn = "Withdrawn"
	lost      = "Lost"
	noPerson  = "No person"
)

// deleted is the wrap-up category of who asked not to be called again.
const deleted = "Deleted"

// givenBack is what becomes of a contact whose attempt was withdrawn: what it was.
func givenBack(was campaign.Next, a campaign.Attempt) campaign.Next {
	if was.Status == "" { // leased before this was written down
		return a.Next
	}
	if was.Status.Waits() && a.Next.Due.After(a.Closed) && a.Next.Due.After(was.Due) {
		was.Due = a.Next.Due
	}
	return was
}

// release gives a contact what follows from its closed attempt. Only a promised
// callback has an owner.
func release(ctx context.Context, tx *transaction, contact int64, next campaign.Next) error {
	switch next.Status {
	case campaign.Callable, campaign.Scheduled, campaign.AttemptsSpent, campaign.Deleted, campaign.Excluded, campaign.Uncallable,
		campaign.Urgent, campaign.Rescheduled, campaign.Seen, campaign.Flagged:
	default:
		return fault.New(fault.Invalid, "an attempt cannot leave its contact with status %q", string(next.Status)).On("Next")
	}
	if next.Status != campaign.Scheduled {
		next.Owner = ""
	}
	_, err := tx.ExecContext(ctx, `UPDATE contacts SET
			attempts = attempts + ?,
			due = iif(status = 'I', ?, due),
			owner = iif(status = 'I', ?, owner),
			status = iif(status = 'I', ?, status)
		WHERE id = ?`, next.Counts, micros(next.Due), next.Owner, string(next.Status), contact)
	return err
}

// Recover makes this process the one server on the database, until [Store.Close],
// and closes the attempts that a crash left open; call it before the first claim.
// Where nothing was dialed the contact is again what it was before the lease and
// loses nothing (released). Else nobody knows what happened, the contact is not
// dialed again by itself, and the attempt counts (lost); but what an agent had
// decided about it holds.
//
// Errors: Conflict if another server is running on the database.
func (s *Store) Recover(ctx context.Context, now time.Time) (dialed, released int, err error) {
	if err := s.lock(ctx); err != nil {
		return 0, 0, err
	}
	err = s.write(ctx, "close the attempts of the last run", func(tx *transaction) error {
		open, err := collect(ctx, tx, scanAttempt, `SELECT `+attemptColumns+` FROM attempts WHERE closed = 0 ORDER BY id`)
		if err != nil {
			return err
		}
		rules, err := rules(ctx, tx)
		if err != nil {
			return err
		}
		for _, a := range open {
			if a.Placed.IsZero() {
				released++
			} else {
				dialed++
			}
			if a, err = interrupted(ctx, tx, a, rules[a.Campaign], now); err != nil {
				return err
			}
			if err := s.record(ctx, tx, a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, 0, err
	}
	return dialed, released, nil
}

// interrupted is how an attempt ends that the server did not live to close.
func interrupted(ctx context.Context, tx *transaction, a campaign.Attempt, c campaign.Campaign, now time.Time) (campaign.Attempt, error) {
	decided := !a.Disposed.IsZero() && a.Next.Status != ""
	a.Closed = now
	switch {
	case a.Placed.IsZero():
		a.Outcome, a.Category, a.Code = withdrawn, "Withdrawn", "Withdrawn"
	case decided:
		a.Outcome = lost
		return a, nil
	case a.Outcome == noPerson: // with its category
	default:
		a.Outcome, a.Category, a.Code = lost, "Ambiguous", "Ambiguous"
	}
	var before int
	var was campaign.Next
	err := tx.QueryRowContext(ctx, `SELECT ifnull(max(c.attempts), 0), `+wasColumns+`
		FROM attempts a LEFT JOIN contacts c ON c.id = a.contact WHERE a.id = ?`, a.ID).
		Scan(&before, &was.Status, moment{&was.Due}, &was.Owner)
	if err != nil {
		return a, err
	}
	a.Next = c.After(campaign.Result{Category: a.Category, At: now, Before: before, Was: was})
	return a, nil
}

// rules are the campaigns, which say what becomes of contacts, by their ids.
func rules(ctx context.Context, tx *transaction) (map[campaign.ID]campaign.Campaign, error) {
	all, err := campaigns(ctx, tx)
	rules := make(map[campaign.ID]campaign.Campaign, len(all))
	for _, c := range all {
		rules[c.ID] = c
	}
	return rules, err
}

// Attempts gives up to limit attempts with an id above after, oldest first: of
// the campaign with this name or id, or with none, of all.
func (s *Store) Attempts(ctx context.Context, of string, after campaign.AttemptID, limit int) ([]campaign.Attempt, error) {
	return s.FindAttempts(ctx, campaign.AttemptFilter{Campaign: of, After: after, Limit: limit})
}

const attemptColumns = `id, campaign, list, contact, number, caller_id, preview, manual, rule,
	claimed, placed, ringing, answered, bridged, ended, disposed, closed, to_customer, to_agent,
	codec, secure, sent, received, lost, far_lost, jitter, round_trip, agent_codec, agent_secure, attestation,
	agent, trunk, outcome, reason, sip, q850, label, category, code, next_status, next_due, next_owner, next_counts,
	ccid, kind, next_number, next_pass, next_rescheduled, ` + answerColumns

const wasColumns = `was_status, was_due, was_owner`

func scanAttempt(row scanner) (campaign.Attempt, error) {
	var a campaign.Attempt
	err := row.Scan(append([]any{&a.ID, &a.Campaign, &a.List, &a.Contact, &a.Number, &a.CallerID, &a.Preview, &a.Manual, &a.Rule,
		moment{&a.Claimed}, moment{&a.Placed}, moment{&a.Ringing}, moment{&a.Answered}, moment{&a.Bridged},
		moment{&a.Ended}, moment{&a.Disposed}, moment{&a.Closed}, span{&a.ToCustomer}, span{&a.ToAgent},
		&a.Media.Codec, &a.Media.Secure, &a.Media.Sent, &a.Media.Received, &a.Media.Lost, &a.Media.FarLost,
		span{&a.Media.Jitter}, span{&a.Media.RoundTrip}, &a.AgentCodec, &a.AgentSecure, &a.Attestation,
		&a.Agent, &a.Trunk, &a.Outcome, &a.Reason, &a.SIP, &a.Q850, &a.Label, &a.Category, &a.Code,
		&a.Next.Status, moment{&a.Next.Due}, &a.Next.Owner, &a.Next.Counts,
		&a.CCID, &a.Kind, &a.Next.Number, &a.Next.Pass, &a.Next.Rescheduled}, answerFields(&a.Answer)...)...)
	return a, err
}
