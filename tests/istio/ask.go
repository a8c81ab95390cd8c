package main

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"istio.io/istio/pkg/test"
)

type request struct {
	Method  string         `json:"method,omitempty"`
	Scheme  string         `json:"scheme,omitempty"`
	Host    *string        `json:"host"`
	Path    string         `json:"path"`
	Headers map[string]any `json:"headers,omitempty"`
	Port    uint32         `json:"port,omitempty"`
	SNI     string         `json:"sni,omitempty"`
	Gateway string         `json:"gateway,omitempty"`
	Client  string         `json:"client,omitempty"`
	Body    string         `json:"body,omitempty"`
	Bytes   uint64         `json:"bodyBytes,omitempty"`
}

func measure(t test.Failer, envoy string, one *measuredCase) error {
	translated, err := translate(t, one)
	if err != nil {
		return err
	}
	names := &echoes{ports: map[string]int{}}
	defer names.close()
	proxies := map[string]*proxy{}
	for name, configured := range translated {
		running, err := start(envoy, configured, names)
		if err != nil {
			return fmt.Errorf("proxy of %q: %w", name, err)
		}
		defer running.stop()
		proxies[name] = running
	}
	var answered []asked
	for _, each := range one.Requests {
		port := each.Request.Port
		if port == 0 {
			port = 80
			if each.Request.Scheme == "https" {
				port = 443
			}
		}
		if each.Request.Client != "" || each.Request.Body != "" || each.Request.Bytes != 0 {
			// Not asked here.
			continue
		}
		running := proxies[each.Request.Gateway]
		if running == nil && each.Request.Gateway == "" && len(proxies) == 1 {
			for _, one := range proxies {
				running = one
			}
		}
		if running == nil || running.ports[port] == 0 {
			continue
		}
		expect, err := outcome(running.ports[port], each.Request)
		if err != nil {
			return err
		}
		if expect != nil {
			each.Expect = expect
			answered = append(answered, each)
		}
	}
	one.Requests = answered
	if len(answered) == 0 {
		return fmt.Errorf("no request was answered")
	}
	return nil
}

// outcome asks often enough to see that a route is split.
func outcome(port int, one request) (map[string]any, error) {
	counts, first := map[string]int{}, map[string]any(nil)
	times := 24
	for asked := 0; asked < times; asked++ {
		answer, err := ask(port, one)
		if err != nil {
			return nil, fmt.Errorf("%s %v%s: %w", one.Method, one.Host, one.Path, err)
		}
		if first == nil {
			first = answer
		}
		counts[key(answer)]++
		if len(counts) > 1 {
			times = 400
		}
	}
	if len(counts) == 1 {
		return first, nil
	}
	return map[string]any{"split": counts}, nil
}

func key(answer map[string]any) string {
	if forward, is := answer["forward"].(map[string]any); is {
		return forward["service"].(string)
	}
	if respond, is := answer["respond"].(map[string]any); is {
		return fmt.Sprintf("respond:%v", respond["status"])
	}
	return fmt.Sprintf("redirect:%v", answer["redirect"].(map[string]any)["status"])
}

func ask(port int, one request) (map[string]any, error) {
	var connection net.Conn
	connection, err := net.DialTimeout("tcp", "127.0.0.1:"+strconv.Itoa(port), 5*time.Second)
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(20 * time.Second))
	host := ""
	if one.Host != nil {
		host = *one.Host
	}
	if one.Scheme == "https" {
		name := one.SNI
		if name == "" {
			name, _, _ = strings.Cut(host, ":")
		}
		connection = tls.Client(connection, &tls.Config{ServerName: name, InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}})
	}
	text := &strings.Builder{}
	method := one.Method
	if method == "" {
		method = "GET"
	}
	fmt.Fprintf(text, "%s %s HTTP/1.1\r\n", method, one.Path)
	if one.Host != nil {
		fmt.Fprintf(text, "Host: %s\r\n", host)
	}
	for _, name := range sorted(one.Headers) {
		switch value := one.Headers[name].(type) {
		case []any:
			for _, each := range value {
				fmt.Fprintf(text, "%s: %v\r\n", name, each)
			}
		default:
			fmt.Fprintf(text, "%s: %v\r\n", name, value)
		}
	}
	if method == "POST" || method == "PUT" {
		text.WriteString("Content-Length: 0\r\n")
	}
	text.WriteString("Connection: close\r\n\r\n")
	if _, err := io.WriteString(connection, text.String()); err != nil {
		return map[string]any{"respond": map[string]any{"connection": "refused"}}, nil
	}
	answer, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: method})
	if err != nil {
		return map[string]any{"respond": map[string]any{"connection": "closed"}}, nil
	}
	defer answer.Body.Close()
	return outcomeOf(answer, method)
}

func outcomeOf(answer *http.Response, method string) (map[string]any, error) {
	if cluster := answer.Header.Get("x-echo"); cluster != "" {
		said := echoed{}
		if method != "HEAD" {
			if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
				return nil, err
			}
		}
		return map[string]any{"forward": map[string]any{"service": service(cluster), "path": said.Path, "host": said.Host}}, nil
	}
	if answer.StatusCode >= 300 && answer.StatusCode < 400 && answer.Header.Get("location") != "" {
		return map[string]any{"redirect": map[string]any{"status": answer.StatusCode, "location": answer.Header.Get("location")}}, nil
	}
	return map[string]any{"respond": map[string]any{"status": answer.StatusCode}}, nil
}

// `outbound|PORT|SUBSET|NAME.NAMESPACE.svc.cluster.local` as `NAMESPACE/NAME[-SUBSET]:PORT`.
func service(cluster string) string {
	parts := strings.Split(cluster, "|")
	name, namespace := parts[3], ""
	if short, found := strings.CutSuffix(name, ".svc.cluster.local"); found {
		name, namespace, _ = strings.Cut(short, ".")
	}
	if parts[2] != "" {
		name += "-" + parts[2]
	}
	if namespace == "" {
		return name + ":" + parts[1]
	}
	return namespace + "/" + name + ":" + parts[1]
}

func sorted[V any](all map[string]V) []string {
	return slices.Sorted(maps.Keys(all))
}
