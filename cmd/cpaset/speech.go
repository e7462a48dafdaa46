package main

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/outdial/outdial/internal/farend"
	"github.com/outdial/outdial/internal/media"
)

//go:embed texts
var texts embed.FS

// half of the set: what is tuned on one is told of the other. They share no text, no
// engine, no voice and no noise.
type half string

const (
	tuning  half = "tuning"
	testing half = "test"
)

// text is one greeting; its phrases are spoken with pauses between them.
type text struct {
	language string
	words    string
	phrases  []string
}

var sentence = regexp.MustCompile(`[^.?!]+[.?!]+`)

// readTexts gives the texts of a kind (home, business, …) that a half has voices for. Of a
// language that both halves speak every other line is the other half's.
func readTexts(kind string, of half) (all []text) {
	for _, language := range languages(of) {
		file, err := texts.ReadFile("texts/" + kind + "." + language + ".txt")
		if err != nil {
			continue // nobody wrote any
		}
		shared := language == "en"
		for i, line := range strings.Split(strings.TrimSpace(string(file)), "\n") {
			if !shared || (i%2 == 0) == (of == tuning) {
				all = append(all, text{language, line, sentence.FindAllString(line, -1)})
			}
		}
	}
	return all
}

// voice is one of a synthesiser's.
type voice struct{ engine, name, language string }

// voices are those of each half. Flite's kal and slt are the persons of Festival's, so
// both programs are in one half. Two more of Flite's, awb and rms, were in the other one
// once, and so are in none now.
var voices = map[half][]voice{
	tuning: {
		{"espeak-ng", "en-us+m1", "en"}, {"espeak-ng", "en-us+f2", "en"}, {"espeak-ng", "en-gb+m7", "en"},
		{"espeak-ng", "en-gb-scotland+f4", "en"}, {"espeak-ng", "en-us-nyc+m3", "en"}, {"espeak-ng", "en-gb-x-rp+f1", "en"},
		{"espeak-ng", "en-us+klatt", "en"}, {"espeak-ng", "en-gb+klatt2", "en"}, {"espeak-ng", "en-029+klatt4", "en"},
		{"espeak-ng", "de+m2", "de"}, {"espeak-ng", "de+f3", "de"}, {"espeak-ng", "de+klatt", "de"},
		{"espeak-ng", "fr-fr+f1", "fr"}, {"espeak-ng", "fr-be+m4", "fr"}, {"espeak-ng", "fr-ch+klatt3", "fr"},
		{"espeak-ng", "es+m5", "es"}, {"espeak-ng", "es-419+f5", "es"}, {"espeak-ng", "es+klatt2", "es"},
		{"espeak-ng", "nl+f2", "nl"}, {"espeak-ng", "nl+m6", "nl"}, {"espeak-ng", "pl+m8", "pl"}, {"espeak-ng", "pl+f4", "pl"},
	},
	testing: {
		{"flite", "kal16", "en"}, {"flite", "slt", "en"},
		{"festival", "kal_diphone", "en"}, {"festival", "ked_diphone", "en"}, {"festival", "cmu_us_slt_arctic_hts", "en"},
		{"festival", "lp_diphone", "it"}, {"festival", "pc_diphone", "it"},
		{"festival", "czech_dita", "cs"}, {"festival", "czech_krb", "cs"}, {"festival", "czech_machac", "cs"}, {"festival", "czech_ph", "cs"},
		{"festival", "suo_fi_lj_diphone", "fi"}, {"festival", "hy_fi_mv_diphone", "fi"},
		{"festival", "upc_ca_ona_hts", "ca"}, {"festival", "msu_ru_nsh_clunits", "ru"},
	},
}

// charsets are what Festival reads a language in.
var charsets = map[string]string{"en": "ASCII", "it": "ISO-8859-1", "cs": "ISO-8859-2", "fi": "ISO-8859-1", "ca": "ISO-8859-15", "ru": "UTF-8"}

// languages are those of a half, in order.
func languages(of half) (all []string) {
	for _, v := range voices[of] {
		if !slices.Contains(all, v.language) {
			all = append(all, v.language)
		}
	}
	return all
}

// speakers are the voices of a half for a language.
func speakers(of half, language string) (all []voice) {
	for _, v := range voices[of] {
		if v.language == language {
			all = append(all, v)
		}
	}
	return all
}

// spoken is a phrase of a voice, at a pace.
type spoken struct {
	voice
	phrase string
	pace   float64 // 1 is the voice's own, 1.2 a fifth slower
}

// file is where the phrase is kept.
func (s spoken) file(dir string) string {
	h := fnv.New64a()
	fmt.Fprint(h, s.engine, s.name, s.phrase, s.pace)
	return filepath.Join(dir, fmt.Sprintf("%s-%016x.wav", s.engine, h.Sum64()))
}

// speak makes the files of all that are not there yet, two at a time.
func speak(ctx context.Context, dir string, all []spoken) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var jobs []*exec.Cmd
	scripts := map[voice]*bytes.Buffer{} // Festival is slow to start: one run for each voice
	seen := map[string]bool{}
	for _, s := range all {
		file := s.file(dir)
		if _, err := os.Stat(file); err == nil || seen[file] {
			continue
		}
		seen[file] = true
		switch s.engine {
		case "espeak-ng":
			jobs = append(jobs, exec.CommandContext(ctx, "espeak-ng", "-v", s.name, "-s", fmt.Sprint(int(165/s.pace)), "-w", file, s.phrase))
		case "flite":
			jobs = append(jobs, exec.CommandContext(ctx, "flite", "-voice", s.name, "--setf", fmt.Sprintf("duration_stretch=%.2f", s.pace), "-t", s.phrase, "-o", file))
		case "festival":
			if scripts[s.voice] == nil {
				scripts[s.voice] = bytes.NewBufferString("(voice_" + s.name + ")\n")
			}
			fmt.Fprintf(scripts[s.voice], "(Parameter.set 'Duration_Stretch %.2f)\n(set! u (Utterance Text %q))\n(utt.synth u)\n(utt.save.wave u %q 'riff)\n", s.pace, s.phrase, file)
		}
	}
	for v, script := range scripts {
		run := exec.CommandContext(ctx, "bash", "-o", "pipefail", "-c", "iconv -f UTF-8 -t "+charsets[v.language]+"//TRANSLIT | festival --pipe")
		run.Stdin = script
		jobs = append(jobs, run)
	}
	return inPairs(len(jobs), func(i int) error {
		if out, err := jobs[i].CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", jobs[i], err, out)
		}
		return nil
	})
}

// load reads a file as sound without the silence around it.
func load(file string) (farend.Sound, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(file, ".gsm") {
		if data, err = exec.Command("sox", file, "-t", "wav", "-e", "signed", "-b", "16", "-").Output(); err != nil {
			return nil, fmt.Errorf("sox %s: %w", file, err)
		}
	}
	pcm, err := media.ReadWAV(bytes.NewReader(data), 1)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return trim(farend.FromPCM(pcm)), nil
}

// trim takes off both ends what is 35 dB under the level of the words.
func trim(s farend.Sound) farend.Sound {
	const slice = farend.Rate / 100
	least := s.Active() - 35
	for len(s) >= slice && s[:slice].Level() < least {
		s = s[slice:]
	}
	for len(s) >= slice && s[len(s)-slice:].Level() < least {
		s = s[:len(s)-slice]
	}
	return s
}

// inPairs does n things, two at a time, and gives the first error.
func inPairs(n int, do func(i int) error) error {
	next, errs := make(chan int), make(chan error, n)
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for i := range next {
				if err := do(i); err != nil {
					errs <- err
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
	close(errs)
	return <-errs
}

// chance is a source of its own for each thing that is named.
func chance(seed uint64, name ...any) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprint(h, name...)
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
