package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"sync"
	"time"
)

// Servers that say for which cluster they stand, and what they received.
type echoes struct {
	ports map[string]int
	open  []net.Listener
}

type echoed struct {
	Cluster string      `json:"cluster"`
	Method  string      `json:"method"`
	Path    string      `json:"path"`
	Host    string      `json:"host"`
	Headers http.Header `json:"headers"`
}

func (e *echoes) of(cluster string) (int, error) {
	if port, known := e.ports[cluster]; known {
		return port, nil
	}
	open, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	e.open = append(e.open, open)
	e.ports[cluster] = open.Addr().(*net.TCPAddr).Port
	protocols := &http.Protocols{}
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{Protocols: protocols, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		told := echoed{Cluster: cluster, Method: r.Method, Path: r.RequestURI, Host: r.Host, Headers: r.Header}
		w.Header().Set("x-echo", cluster)
		_ = json.NewEncoder(w).Encode(told)
	})}
	go func() { _ = server.Serve(open) }()
	return e.ports[cluster], nil
}

func (e *echoes) close() {
	for _, one := range e.open {
		_ = one.Close()
	}
}

var selfSigned = sync.OnceValues(func() (certificate, key []byte) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "only.invalid"}, DNSNames: []string{"only.invalid"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		panic(err)
	}
	encoded, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: encoded})
})
