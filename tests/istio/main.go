// Command istio-rig asks a real Istio: pilot's own translation of the objects of a case, in a real Envoy on loopback.
//
//	istio-rig -envoy ENVOY -crds DIR measure OUT CASE.json...
//	istio-rig -envoy ENVOY -crds DIR answers OUT.json CASE.json...
//
// A case holds `objects` and `requests`; `measure` writes each to OUT with what was answered (`expect`). `answers` asks
// the cases of another implementation of Gateway API, their class changed, and writes the answers alone, by the place of
// the request.
//
// What pilot would send to the proxy of a gateway, or of a client in the mesh (`"proxy": "mesh"`), is given to Envoy as
// its configuration: addresses become loopback's, endpoints become echo servers that say for which cluster they stand,
// and what only Istio's own build of Envoy knows is left out. The CRDs give objects their defaults, as the API server does.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"istio.io/istio/pkg/log"
	"istio.io/istio/pkg/test"
)

type measuredCase struct {
	ID       string            `json:"id"`
	Title    string            `json:"title,omitempty"`
	Source   string            `json:"source,omitempty"`
	Proxy    string            `json:"proxy,omitempty"`
	Objects  []json.RawMessage `json:"objects"`
	Requests []asked           `json:"requests"`
}

type asked struct {
	Request request        `json:"request"`
	Expect  map[string]any `json:"expect,omitempty"`
	// Its place in the case that was read.
	place int
}

var (
	envoy = flag.String("envoy", "envoy", "the program")
	crds  = flag.String("crds", "", "folder with the CRDs of Gateway API")
)

func main() {
	flag.Parse()
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	arguments := flag.Args()
	if len(arguments) < 3 {
		flag.Usage()
		os.Exit(2)
	}
	var err error
	switch arguments[0] {
	case "measure":
		err = measureAll(arguments[1], arguments[2:])
	case "answers":
		err = answersOf(arguments[1], arguments[2:])
	default:
		err = fmt.Errorf("unknown: %s", arguments[0])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(file string) (*measuredCase, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	one := &measuredCase{}
	if err := json.Unmarshal(text, one); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for place := range one.Requests {
		one.Requests[place].place = place
	}
	return one, nil
}

// A case that cannot be asked is said and passed over: the others are not lost.
func asking(one *measuredCase) bool {
	var failed error
	if err := test.Wrap(func(t test.Failer) { failed = measure(t, *envoy, one) }); err != nil {
		failed = err
	}
	if failed != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", one.ID, failed)
	}
	return failed == nil
}

func measureAll(out string, files []string) error {
	for _, file := range files {
		one, err := read(file)
		if err != nil {
			return err
		}
		if !asking(one) {
			continue
		}
		if err := os.WriteFile(filepath.Join(out, filepath.Base(file)), written(one), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func answersOf(out string, files []string) error {
	all := map[string]map[string]any{}
	for _, file := range files {
		one, err := read(file)
		if err != nil {
			return err
		}
		if !ofIstio(one) || !asking(one) {
			continue
		}
		all[one.ID] = map[string]any{}
		for _, each := range one.Requests {
			all[one.ID][strconv.Itoa(each.place)] = each.Expect
		}
	}
	text := &bytes.Buffer{}
	text.WriteString("{")
	for place, id := range sorted(all) {
		if place > 0 {
			text.WriteString(",")
		}
		fmt.Fprintf(text, "\n%q: %s", id, compact(all[id]))
	}
	text.WriteString("\n}\n")
	return os.WriteFile(out, text.Bytes(), 0o644)
}

// One line an object and a request.
func written(one *measuredCase) []byte {
	text := &bytes.Buffer{}
	fmt.Fprintf(text, "{\n\"id\": %s,\n\"title\": %s,\n\"source\": %s,\n", compact(one.ID), compact(one.Title), compact(one.Source))
	if one.Proxy != "" {
		fmt.Fprintf(text, "\"proxy\": %s,\n", compact(one.Proxy))
	}
	list := func(name, end string, count int, item func(int) any) {
		fmt.Fprintf(text, "%q: [", name)
		for place := range count {
			if place > 0 {
				text.WriteString(",")
			}
			fmt.Fprintf(text, "\n%s", compact(item(place)))
		}
		fmt.Fprintf(text, "\n]%s\n", end)
	}
	list("objects", ",", len(one.Objects), func(place int) any { return one.Objects[place] })
	list("requests", "", len(one.Requests), func(place int) any { return one.Requests[place] })
	text.WriteString("}\n")
	return text.Bytes()
}

func compact(value any) []byte {
	text := &bytes.Buffer{}
	encoder := json.NewEncoder(text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return bytes.TrimSpace(text.Bytes())
}
