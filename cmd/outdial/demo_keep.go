package main

import (
	"context"
	"fmt"
	"io"

	"github.com/outdial/outdial/internal/loopback"
)

// invite leaves everything up for whoever wants to try it, until the context ends.
func (s *stage) invite(ctx context.Context, env bool, stdout io.Writer) error {
	for _, p := range []*loopback.Phone{s.desk, s.remote} {
		s.watch(ctx, p, func(loopback.Hearing) string { return "phone" })
	}
	text := s.commands()
	if env {
		text = s.assignments()
	}
	if _, err := io.WriteString(stdout, text); err != nil {
		return err
	}
	s.told.say("demo", "server, carrier and phones stay up; Ctrl-C ends them")
	<-ctx.Done()
	return nil
}

// assignments are for `eval` in a shell. No value needs quoting.
func (s *stage) assignments() string {
	text := ""
	for _, v := range [...][2]string{
		{"OUTDIAL_URL", s.server.URL()},
		{"OUTDIAL_USER", s.guest.id},
		{"OUTDIAL_PASSWORD", s.guest.password},
		{"OUTDIAL_REMOTE_NUMBER", s.remote.Address()},
		{"OUTDIAL_WORKSTATION", "desk"},
		{"OUTDIAL_CAMPAIGN", openCampaign},
		{"OUTDIAL_ADMIN", s.admin.id},
		{"OUTDIAL_ADMIN_PASSWORD", s.admin.password},
	} {
		text += fmt.Sprintf("export %s=%s\n", v[0], v[1])
	}
	return text
}

// commands are a session to paste into a shell.
func (s *stage) commands() string {
	return fmt.Sprintf(`
The server is up. To be an agent by hand, paste into a shell:

%s
curl -s -o /dev/null -D head -c jar -H 'Accept-Language: en-us' $OUTDIAL_URL/icws/connection \
  -d '{"__type":"urn:inin.com:connection:icAuthConnectionRequestSettings","applicationName":"curl","userID":"'$OUTDIAL_USER'","password":"'$OUTDIAL_PASSWORD'"}'
header() { tr -d '\r' < head | sed -n "s/^$1: //Ip"; }
icws() { curl -s -b jar -H "ININ-ICWS-CSRF-Token: $(header ININ-ICWS-CSRF-Token)" -X $1 "$OUTDIAL_URL/icws/$(header ININ-ICWS-Session-ID)/$2" -d "${3-}"; echo; }

icws PUT  connection/station '{"__type":"urn:inin.com:connection:remoteNumberSettings","remoteNumber":"'$OUTDIAL_REMOTE_NUMBER'","persistentConnection":true}'
icws POST dialer/log-in '{}'
icws POST dialer/establish-persistent-connection
icws GET  dialer/persistent-connection
icws POST dialer/ready-for-calls '{}'
icws PUT  status/user-statuses/$OUTDIAL_USER '{"statusId":"Available"}'
icws GET  messaging/messages          # a customer answers after two seconds; the call's id is in the dataPopMessage
icws POST interactions/ID/disconnect  # with that id
icws POST dialer/disposition '{"label":"Sale"}'
icws POST dialer/log-off '{}'
icws DELETE connection
curl -s -u $OUTDIAL_ADMIN:$OUTDIAL_ADMIN_PASSWORD "$OUTDIAL_URL/api/attempts?campaign=$OUTDIAL_CAMPAIGN"

`, s.assignments())
}
