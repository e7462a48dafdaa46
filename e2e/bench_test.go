//go:build linux

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// benched is what of a result of `outdial bench media` is looked at.
type benched struct {
	Relay   string
	Packets map[string]struct {
		Sent, Received, Lost, Doubled, Strange, Breaks uint64
		Disordered                                     uint64 `json:"out_of_order"`
	}
	CPU struct {
		Packet float64 `json:"us_per_packet"`
	}
	Latency, Direct, Bridge struct {
		Count uint64
		P50   float64 `json:"p50_us"`
		P99   float64 `json:"p99_us"`
	}
	Generator struct {
		Packet float64 `json:"us_per_packet"`
	}
	Recordings struct {
		Complete int
		Dropped  float64 `json:"dropped_seconds"`
	}
}

// TestBenchMedia measures a small load of all kinds with half a second of packets, in which
// nothing may be lost.
func TestBenchMedia(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "result.json")
	cmd := exec.Command(build(t), "bench", "media", "--calls", "10", "--parked", "5", "--conferences", "1",
		"--srtp", "--transcode", "--record", "--seconds", "0.5", "--json", file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got benched
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	talking, waiting, conferred := got.Packets["talking"], got.Packets["waiting"], got.Packets["conferred"]
	switch {
	case talking.Sent != 20*25 || talking.Received != talking.Sent || talking.Lost+talking.Doubled+talking.Disordered+talking.Strange+talking.Breaks != 0:
		t.Errorf("20 legs talk for half a second: %+v", talking)
	case waiting.Sent != 5*25 || waiting.Received < 5*20 || waiting.Breaks != 0:
		t.Errorf("5 legs wait for half a second: %+v", waiting)
	case conferred.Sent != 3*25 || conferred.Received < 3*20:
		t.Errorf("3 legs confer for half a second: %+v", conferred)
	case got.Recordings.Complete != 10 || got.Recordings.Dropped != 0:
		t.Errorf("10 calls are recorded: %+v", got.Recordings)
	case got.Latency.Count != talking.Sent || got.Latency.P50 <= got.Direct.P50 || got.Latency.P99 < got.Latency.P50:
		t.Errorf("a relay takes time: %+v, and without one %+v", got.Latency, got.Direct)
	case got.CPU.Packet <= 0 || got.Generator.Packet <= 0:
		t.Errorf("packets cost time: %+v, %+v", got.CPU, got.Generator)
	}
}

// TestCompare has the relays of bench/compare carry a small load. rtpengine takes part
// where it is installed.
func TestCompare(t *testing.T) {
	t.Parallel()
	file, binary := filepath.Join(t.TempDir(), "results.json"), filepath.Join(t.TempDir(), "compare")
	if out, err := exec.Command("go", "build", "-o", binary, "../bench/compare").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := exec.Command(binary, "-short", "-json", file).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rounds [][]benched
	if err := json.Unmarshal(text, &rounds); err != nil {
		t.Fatal(err)
	}
	if len(rounds) != 1 || len(rounds[0]) < 2 || rounds[0][0].Relay != "outdial" || rounds[0][len(rounds[0])-1].Relay != "plain" {
		t.Fatalf("%s", text)
	}
	for _, r := range rounds[0] {
		if talking := r.Packets["talking"]; talking.Sent != 40*25 || talking.Received != talking.Sent || talking.Strange != 0 || r.CPU.Packet <= 0 {
			t.Errorf("%s: %+v, %+v", r.Relay, talking, r.CPU)
		}
	}
}

// TestBenchCalls has three agents take encrypted calls for half a second, in which nothing may fail
// and after which nothing may be left.
func TestBenchCalls(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "result.json")
	cmd := exec.Command(build(t), "bench", "calls", "--srtp", "--agents", "3", "--rate", "20", "--hold", "200ms", "--seconds", "0.5", "--json", file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Invited, Ended, Failed, Answered int
		Setup, Bridge                    struct {
			Count uint64
			P50   float64 `json:"p50_us"`
		}
		Plain struct {
			P50 float64 `json:"p50_us"`
		} `json:"bridge_without_prime"`
		CPU           float64 `json:"server_ms_per_call"`
		Before, After struct {
			Sockets int `json:"udp_sockets"`
		}
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	const sip, lines = 1, 3
	switch {
	case got.Invited == 0 || got.Ended != got.Invited || got.Failed != 0 || got.Answered == 0 || got.CPU <= 0:
		t.Errorf("calls are made: %s", text)
	case int(got.Setup.Count) != got.Invited || got.Bridge.Count == 0 || got.Bridge.P50 <= 0 || got.Bridge.P50 >= got.Plain.P50:
		t.Errorf("agents are heard at once: %s", text)
	case got.Before.Sockets != sip+2*lines || got.After.Sockets != got.Before.Sockets:
		t.Errorf("sockets of the agents' lines alone are left: %s", text)
	}
}
