package pacing_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

var table = flag.Bool("table", false, "play days of all methods and write the table into docs/pacing.md")

const document = "../../docs/pacing.md"

// TestTable writes what each method makes of the same days. It takes minutes.
func TestTable(t *testing.T) {
	if !*table {
		t.Skip("it plays several hundred days: make pacing")
	}
	methods := []struct {
		name string
		make func(d day) method
	}{
		{"progressive, 1:1", func(day) method { return lines(1) }},
		{"VICIdial's adaptive average, level 3 at most", func(day) method { return &adaptive{level: 1, most: 3} }},
		{"the same, most suitable level for the day", func(d day) method { return handSet(d) }},
		{"fixed ratio, the best of the day", func(d day) method { return oracle(d) }},
		{"**Outdial**", func(day) method { return predictive() }},
	}
	var b bytes.Buffer
	for _, p := range rates {
		fmt.Fprintf(&b, "\n**%.0f %% of the calls are answered by people**\n\n| method |", 100*p)
		for _, bar := range bars {
			fmt.Fprintf(&b, " %d agents |", bar.agents)
		}
		fmt.Fprintf(&b, "\n|---|%s\n", strings.Repeat("---|", len(bars)))
		for _, m := range methods {
			fmt.Fprintf(&b, "| %s |", m.name)
			for _, bar := range bars {
				mean := shift{}
				n := max(1, *seeds)
				for seed := range n {
					d := day{bar.agents, steady(p), 90 * time.Second, 8, uint64(seed + 1)}
					s := d.run(m.make(d))
					mean.utilisation += s.utilisation / float64(n)
					mean.abandoned += s.abandoned / float64(n)
					mean.worstHour = max(mean.worstHour, s.worstHour)
				}
				fmt.Fprintf(&b, " %.1f / %.1f / %.1f |", 100*mean.utilisation, 100*mean.abandoned, 100*mean.worstHour)
			}
			fmt.Fprintln(&b)
		}
	}
	old, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- days -->\n", "\n<!-- end of days -->"
	head, rest, ok := strings.Cut(string(old), begin)
	_, tail, more := strings.Cut(rest, end)
	if !ok || !more {
		t.Fatalf("%s has no place for the table", document)
	}
	if err := os.WriteFile(document, []byte(head+begin+b.String()+end+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}
