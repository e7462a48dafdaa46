package simulate

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strings"
)

//go:embed report.html.tmpl
var reportPage string

// colours are of the results in a report, one after the other.
var colours = []string{"#2563a8", "#c2571a", "#2f855a", "#8a3ffc", "#b83280", "#6b7280"}

func colour(i int) string { return colours[i%len(colours)] }

// plot is a picture over the day.
type plot struct {
	Title   string
	Picture template.HTML
}

// Report writes results, of which there is at least one, as a page of HTML that needs
// nothing else: tables, plots as SVG, and the decisions.
func Report(to io.Writer, results []Result) error {
	page, err := template.New("report").Funcs(template.FuncMap{
		"colour":  colour,
		"percent": func(v float64) string { return fmt.Sprintf("%.2f %%", 100*v) },
		"name": func(r Result) string {
			if r.Name == "" {
				return "The day"
			}
			return r.Name
		},
		"live":  func(r Result) int { return r.Ledger.Talked + r.Ledger.Abandoned + r.Ledger.HungUp },
		"inc":   func(i int) int { return i + 1 },
		"clock": clockOf,
		"plays": func(r Result) bool { return r.Messages != Messages{} },
	}).Parse(reportPage)
	if err != nil {
		return err
	}
	of := func(title, unit string, scale, limit float64, value func(Point) float64) plot {
		var lines [][]float64
		for _, r := range results {
			var line []float64
			for _, p := range r.Series {
				line = append(line, scale*value(p))
			}
			lines = append(lines, line)
		}
		return plot{title, picture(unit, lines, scale*limit)}
	}
	limit := results[0].Campaigns[0].Limit
	var plots []plot
	if slices.ContainsFunc(results, func(r Result) bool { return r.Agents > 0 }) {
		plots = []plot{
			of("Utilisation", "%", 100, 1, func(p Point) float64 { return p.Utilisation }),
			of("Agents' mean wait", "s", 1, 0, func(p Point) float64 { return p.MeanWait }),
			of("Abandoned in the hour before", "%", 100, limit, func(p Point) float64 { return p.Abandonment }),
			of("Abandoned since the begin", "%", 100, limit, func(p Point) float64 { return p.Cumulative }),
		}
	}
	plots = append(plots,
		of("INVITEs a second", "/s", 1/binLength.Seconds(), 0, func(p Point) float64 { return float64(p.Invites) }),
		of("Calls in the air", "", 1, 0, func(p Point) float64 { return float64(p.Flying) }),
	)
	if slices.ContainsFunc(results, func(r Result) bool { return r.Ledger.Informed > 0 }) {
		plots = append(plots, of("People informed in a minute", "", 1/binLength.Minutes(), 0, func(p Point) float64 { return float64(p.Informed) }))
	}
	return page.Execute(to, struct {
		Results []Result
		Plots   []plot
	}{results, plots})
}

// clockOf is a moment of the day, from its begin, as hours and minutes.
func clockOf(seconds float64) string {
	minutes := int(seconds) / 60
	return fmt.Sprintf("%d:%02d", minutes/60, minutes%60)
}

// The size of a picture, and of the part in which lines are drawn.
const (
	width, height        = 520.0, 210.0
	left, right          = 48.0, 510.0
	top, bottom          = 10.0, 185.0
	gridLines, hourMarks = 4, 12
)

// picture draws lines over a day as SVG, with a value for each bin, and a dashed one at
// a limit that is not 0.
func picture(unit string, lines [][]float64, limit float64) template.HTML {
	most, longest := limit, 1
	for _, line := range lines {
		longest = max(longest, len(line))
		for _, v := range line {
			most = max(most, v)
		}
	}
	ceiling := roundUp(most)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %g %g" role="img">`, width, height)
	for i := range gridLines + 1 {
		y := bottom - (bottom-top)*float64(i)/gridLines
		fmt.Fprintf(&b, `<path d="M%g %.1fH%g" stroke="#e3e7ec"/><text x="%g" y="%.1f" text-anchor="end">%.4g %s</text>`,
			left, y, right, left-5, y+4, ceiling*float64(i)/gridLines, unit)
	}
	x := func(bin float64) float64 { return left + (right-left)*bin/float64(longest) }
	perHour := 3600 / binLength.Seconds()
	hours := float64(longest) / perHour
	for h := 0.0; h <= hours; h += math.Ceil(hours / hourMarks) {
		fmt.Fprintf(&b, `<text x="%.1f" y="%g" text-anchor="middle">%g h</text>`, x(h*perHour), bottom+16, h)
	}
	if limit > 0 {
		fmt.Fprintf(&b, `<path d="M%g %.1fH%g" stroke="#54606e" stroke-dasharray="4 4"/>`, left, bottom-(bottom-top)*limit/ceiling, right)
	}
	for i, line := range lines {
		fmt.Fprintf(&b, `<polyline fill="none" stroke="%s" stroke-width="1.6" points="`, colour(i))
		for bin, v := range line {
			fmt.Fprintf(&b, "%.1f,%.1f ", x(float64(bin)+0.5), bottom-(bottom-top)*v/ceiling)
		}
		b.WriteString(`"/>`)
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// roundUp gives a round figure that is not less than a value.
func roundUp(v float64) float64 {
	if v <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 2, 4, 5, 8, 10} {
		if v <= step*unit {
			return step * unit
		}
	}
	return 10 * unit
}
