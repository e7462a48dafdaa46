// Package e2e proves the real binary against peers that other people wrote.
//
// It holds no code but tests. Each test starts the program, built from this
// checkout, and around it, on loopback and on ports of the moment:
//
//   - sipp as the carrier with all its customers (testdata/carrier.xml), or with those
//     whose greetings call analysis hears (testdata/greetings.xml),
//   - baresip as the agent's phone, linphone's linphonec as one of another make,
//     or sipp again as many phones,
//   - Kamailio between the program and sipp, as a trunk that wants a password, or
//     TLS,
//   - dumpcap and tshark as witnesses of what went over the wire.
//
// The agent's desktop is the test itself, over the public HTTP API.
//
// What is judged, is judged on the wire and at the far end: a tone sent at one
// end is looked for at the other, where several speak each has a tone of his own
// and must hear exactly those he should, requests are counted by tshark, the
// sequence of the agent's one RTP stream is followed through all customers, and
// a latency runs from the customer's 200 OK to the first packet that holds the
// agent's voice. In no capture may tshark find a malformed packet, or an error in
// SIP, SDP, RTP or RTCP.
//
// A peer that is missing is a failure, never a skip: make peers installs them
// (Debian: sip-tester baresip linphone-cli kamailio kamailio-tls-modules tshark). Capturing on loopback needs
// CAP_NET_RAW, which make peers gives to dumpcap. Tests that measure time, memory or load
// run one after the other; then the others run some at a time, for they mostly wait.
// go test -short leaves them out.
package e2e
