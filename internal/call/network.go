package call

// Failure is one way in which a network says that there is no call, and how a dialer
// reads it.
type Failure struct {
	Code   int
	Name   string
	Reason Reason
}

// ReasonOf reads a failed INVITE: its SIP status and, where the network gave one, the
// Q.850 cause, which knows better (RFC 3326; RFC 3398 section 8.2.6.1 for the mapping).
// A cause of normal clearing says no more than the status.
func ReasonOf(sip, q850 int) Reason {
	if r, ok := ReasonOfCause(q850); ok && r != Normal {
		return r
	}
	if r, ok := find(Statuses[:], sip); ok {
		return r
	}
	switch {
	case sip >= 600:
		return Refused
	case sip >= 500:
		return Congestion
	case sip >= 300:
		return Refused
	}
	return Unreachable
}

// ReasonOfCause reads a Q.850 cause; false if it is not in the table.
func ReasonOfCause(q850 int) (Reason, bool) { return find(Causes[:], q850) }

func find(table []Failure, code int) (Reason, bool) {
	for _, a := range table {
		if a.Code == code {
			return a.Reason, true
		}
	}
	return 0, false
}

// Statuses are the final answers to an INVITE that is no success: those of RFC 3261
// section 21, and those of later RFCs that an INVITE can meet.
var Statuses = [...]Failure{
	{300, "Multiple Choices", Refused}, // a redirection that is not followed
	{301, "Moved Permanently", Refused},
	{302, "Moved Temporarily", Refused},
	{305, "Use Proxy", Refused},
	{380, "Alternative Service", Refused},
	{400, "Bad Request", Refused},
	{401, "Unauthorized", Unauthorised},
	{402, "Payment Required", Unauthorised}, // the account has no credit
	{403, "Forbidden", Refused},
	{404, "Not Found", BadNumber},
	{405, "Method Not Allowed", Refused},
	{406, "Not Acceptable", Refused},
	{407, "Proxy Authentication Required", Unauthorised},
	{408, "Request Timeout", NoAnswer},
	{410, "Gone", BadNumber},
	{413, "Request Entity Too Large", Refused},
	{414, "Request-URI Too Long", BadNumber},
	{415, "Unsupported Media Type", MediaFailure},
	{416, "Unsupported URI Scheme", BadNumber},
	{420, "Bad Extension", Refused},
	{421, "Extension Required", Refused},
	{422, "Session Interval Too Small", Refused}, // RFC 4028
	{428, "Use Identity Header", Unauthorised},   // RFC 8224: the trunk does not sign for us
	{433, "Anonymity Disallowed", Refused},       // RFC 5079
	{436, "Bad Identity Info", Unauthorised},     // RFC 8224
	{437, "Unsupported Credential", Unauthorised},
	{438, "Invalid Identity Header", Unauthorised},
	{470, "Consent Needed", Refused}, // RFC 5360
	{480, "Temporarily Unavailable", NoAnswer},
	{481, "Call/Transaction Does Not Exist", Unreachable},
	{482, "Loop Detected", Congestion},
	{483, "Too Many Hops", Congestion},
	{484, "Address Incomplete", BadNumber},
	{485, "Ambiguous", BadNumber},
	{486, "Busy Here", Busy},
	{487, "Request Terminated", Cancelled},
	{488, "Not Acceptable Here", MediaFailure},
	{491, "Request Pending", Congestion},
	{493, "Undecipherable", MediaFailure},
	{494, "Security Agreement Required", Unauthorised}, // RFC 3329
	{500, "Server Internal Error", Congestion},
	{501, "Not Implemented", Congestion},
	{502, "Bad Gateway", Congestion},
	{503, "Service Unavailable", Congestion},
	{504, "Server Time-out", Congestion},
	{505, "Version Not Supported", Congestion},
	{513, "Message Too Large", Congestion},
	{580, "Precondition Failure", MediaFailure}, // RFC 3312
	{600, "Busy Everywhere", Busy},
	{603, "Decline", Refused}, // "Network Blocked" where analytics refused it (603+, ATIS-1000099)
	{604, "Does Not Exist Anywhere", BadNumber},
	{606, "Not Acceptable", MediaFailure},
	{607, "Unwanted", Refused}, // RFC 8197: the called party calls it spam
	{608, "Rejected", Refused}, // RFC 8688: analytics did
}

// Causes are those of Q.850 (ITU-T, 05/2018), table 1. Those with Normal say no more
// than the SIP status that they came with.
var Causes = [...]Failure{
	{1, "Unallocated number", BadNumber},
	{2, "No route to specified transit network", Congestion},
	{3, "No route to destination", BadNumber},
	{4, "Send special information tone", BadNumber}, // out of reach for long
	{5, "Misdialled trunk prefix", BadNumber},
	{6, "Channel unacceptable", Congestion},
	{7, "Call awarded in an established channel", Normal},
	{8, "Preemption", Congestion},
	{9, "Preemption, circuit reserved for reuse", Congestion},
	{14, "Query on release: ported number", Congestion},
	{16, "Normal call clearing", Normal},
	{17, "User busy", Busy},
	{18, "No user responding", NoAnswer},
	{19, "No answer from user", NoAnswer},
	{20, "Subscriber absent", NoAnswer},
	{21, "Call rejected", Refused},
	{22, "Number changed", BadNumber},
	{23, "Redirection to new destination", Refused},
	{24, "Call rejected by a feature at the destination", Refused},
	{25, "Exchange routing error", Congestion},
	{26, "Non-selected user clearing", NoAnswer},
	{27, "Destination out of order", Unreachable},
	{28, "Invalid number format", BadNumber},
	{29, "Facility rejected", Refused},
	{30, "Response to STATUS ENQUIRY", Normal},
	{31, "Normal, unspecified", Normal},
	{34, "No circuit or channel available", Congestion},
	{38, "Network out of order", Unreachable},
	{39, "Permanent frame mode connection out of service", Unreachable},
	{40, "Permanent frame mode connection operational", Normal},
	{41, "Temporary failure", Congestion},
	{42, "Switching equipment congestion", Congestion},
	{43, "Access information discarded", Congestion},
	{44, "Requested circuit not available", Congestion},
	{46, "Precedence call blocked", Congestion},
	{47, "Resource unavailable, unspecified", Congestion},
	{49, "Quality of service not available", Congestion},
	{50, "Requested facility not subscribed", Refused},
	{53, "Outgoing calls barred within the closed user group", Refused},
	{55, "Incoming calls barred within the closed user group", Refused},
	{57, "Bearer capability not authorized", MediaFailure},
	{58, "Bearer capability not presently available", MediaFailure},
	{62, "Inconsistency in access information", Refused},
	{63, "Service or option not available", Congestion},
	{65, "Bearer capability not implemented", MediaFailure},
	{66, "Channel type not implemented", MediaFailure},
	{69, "Requested facility not implemented", Refused},
	{70, "Only restricted digital information is available", MediaFailure},
	{79, "Service or option not implemented", Refused},
	{81, "Invalid call reference value", Unreachable},
	{82, "Identified channel does not exist", Unreachable},
	{83, "A suspended call exists, but not this call identity", Unreachable},
	{84, "Call identity in use", Unreachable},
	{85, "No call suspended", Unreachable},
	{86, "Call with this identity has been cleared", Unreachable},
	{87, "User not a member of the closed user group", Refused},
	{88, "Incompatible destination", MediaFailure},
	{90, "Non-existent closed user group", Refused},
	{91, "Invalid transit network selection", Congestion},
	{95, "Invalid message, unspecified", Unreachable},
	{96, "Mandatory information element is missing", Unreachable},
	{97, "Message type non-existent or not implemented", Unreachable},
	{98, "Message not compatible with the call state", Unreachable},
	{99, "Information element or parameter non-existent", Unreachable},
	{100, "Invalid information element contents", Unreachable},
	{101, "Message not compatible with the call state", Unreachable},
	{102, "Recovery on timer expiry", Unreachable},
	{103, "Parameter non-existent or not implemented, passed on", Normal},
	{110, "Message with an unrecognized parameter, discarded", Unreachable},
	{111, "Protocol error, unspecified", Unreachable},
	{127, "Interworking, unspecified", Normal},
}
