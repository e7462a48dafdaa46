package main

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
)

func TestAnAnswerOfTheEngineIsRead(t *testing.T) {
	sdp := "v=0\r\nc=IN IP4 192.0.2.7\r\nm=audio 20004 RTP/AVP 0\r\n"
	got, err := result(fmt.Sprintf("d3:sdp%d:%s6:result2:oke", len(sdp), sdp))
	if err != nil || got != sdp {
		t.Fatalf("%q, %v", got, err)
	}
	if at, err := audioAt(got); err != nil || at != netip.MustParseAddrPort("192.0.2.7:20004") {
		t.Errorf("%v, %v", at, err)
	}
	if _, err := result("d6:result5:errore"); err == nil {
		t.Error("an error is no answer")
	}
	if _, err := audioAt("v=0\r\n"); err == nil {
		t.Error("a description without an address has one")
	}
}

func TestWordsOfABencodedValue(t *testing.T) {
	for text, want := range map[string][]string{
		"d1:ali1e2:bcee": {"a", "bc"},
		"4:a1:b":         {"a1:b"},
		"9:short":        nil,
		"":               nil,
	} {
		if got := words(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
