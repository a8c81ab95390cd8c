package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	bootstrap "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	upstreams "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Filters that Envoy itself has, and that decide what becomes of a request.
var kept = map[string]bool{
	"envoy.filters.http.router": true, "envoy.filters.http.cors": true, "envoy.filters.http.fault": true,
	"envoy.filters.http.rbac": true, "envoy.filters.http.jwt_authn": true, "envoy.filters.http.lua": true,
}

// The type says which filter it is: pilot's own names differ.
func isKept(typed *anypb.Any) bool {
	for name := range kept {
		if strings.Contains(typed.GetTypeUrl(), strings.TrimPrefix(name, "envoy.")+".v3.") {
			return true
		}
	}
	return false
}

// Envoy with what one proxy is told; `ports` are those that it really has.
type proxy struct {
	ports map[uint32]int
	stop  func()
}

func start(envoy string, told configuration, names *echoes) (*proxy, error) {
	folder, err := os.MkdirTemp("", "istio-rig")
	if err != nil {
		return nil, err
	}
	running := &proxy{ports: map[uint32]int{}}
	config := &bootstrap.Bootstrap{StaticResources: &bootstrap.Bootstrap_StaticResources{}}
	for _, one := range told.listeners {
		port := one.GetAddress().GetSocketAddress().GetPortValue()
		if told.mesh && one.GetAddress().GetSocketAddress().GetAddress() != "0.0.0.0" {
			continue
		}
		if one.GetName() == "virtualOutbound" || one.GetName() == "virtualInbound" || port == 0 || port > 15000 && port < 15100 {
			continue
		}
		if _, taken := running.ports[port]; taken || !plain(one, told.routes) {
			continue
		}
		free, err := freePort()
		if err != nil {
			return nil, err
		}
		running.ports[port] = free
		one.Address = address(free)
		one.AdditionalAddresses = nil
		one.BindToPort = wrapperspb.Bool(true)
		config.StaticResources.Listeners = append(config.StaticResources.Listeners, one)
	}
	for _, one := range told.clusters {
		if !strings.HasPrefix(one.Name, "outbound|") {
			continue
		}
		echo, err := names.of(one.Name)
		if err != nil {
			return nil, err
		}
		config.StaticResources.Clusters = append(config.StaticResources.Clusters, static(one, echo))
	}
	written, err := proto.Marshal(config)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(folder, "envoy.pb")
	if err := os.WriteFile(file, written, 0o600); err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		return nil, err
	}
	command := exec.Command(envoy, "--config-path", file, "--disable-hot-restart", "--concurrency", "1", "--log-level", "error")
	command.Stdout, command.Stderr = log, log
	if err := command.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() { _ = command.Wait(); close(ended) }()
	running.stop = func() {
		_ = command.Process.Kill()
		<-ended
		_ = os.RemoveAll(folder)
	}
	for port, free := range running.ports {
		if err := listening(free, ended); err != nil {
			said, _ := os.ReadFile(log.Name())
			running.stop()
			return nil, fmt.Errorf("Envoy does not listen for %d: %w: %s", port, err, said)
		}
	}
	return running, nil
}

func listening(port int, ended chan struct{}) error {
	for range 400 {
		connection, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err == nil {
			return connection.Close()
		}
		select {
		case <-ended:
			return fmt.Errorf("it ended")
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("it took too long")
}

// Ports below those that the system gives to outgoing connections.
var nextPort = 12000 + os.Getpid()%5000

func freePort() (int, error) {
	for range 2000 {
		nextPort++
		if nextPort > 30000 {
			nextPort = 12000
		}
		if open, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(nextPort)); err == nil {
			return nextPort, open.Close()
		}
	}
	return 0, fmt.Errorf("no port is free")
}

func address(port int) *core.Address {
	socket := &core.SocketAddress{Address: "127.0.0.1", PortSpecifier: &core.SocketAddress_PortValue{PortValue: uint32(port)}}
	return &core.Address{Address: &core.Address_SocketAddress{SocketAddress: socket}}
}

// plain leaves of a listener what Envoy itself knows; false when nothing of it speaks HTTP.
func plain(one *listener.Listener, routes map[string]*route.RouteConfiguration) bool {
	one.AccessLog, one.ConnectionBalanceConfig, one.TrafficDirection = nil, nil, 0
	filters := one.ListenerFilters[:0]
	for _, filter := range one.ListenerFilters {
		if filter.Name == "envoy.filters.listener.tls_inspector" || filter.Name == "envoy.filters.listener.http_inspector" {
			filters = append(filters, filter)
		}
	}
	one.ListenerFilters = filters
	chains := one.FilterChains[:0]
	for _, chain := range one.FilterChains {
		if plainChain(chain, routes) {
			chains = append(chains, chain)
		}
	}
	one.FilterChains = chains
	if one.DefaultFilterChain != nil && !plainChain(one.DefaultFilterChain, routes) {
		one.DefaultFilterChain = nil
	}
	return len(one.FilterChains) > 0 || one.DefaultFilterChain != nil
}

func plainChain(chain *listener.FilterChain, routes map[string]*route.RouteConfiguration) bool {
	speaks := false
	left := chain.Filters[:0]
	for _, filter := range chain.Filters {
		switch {
		case strings.Contains(filter.GetTypedConfig().GetTypeUrl(), "http_connection_manager"):
			manager := &hcm.HttpConnectionManager{}
			if filter.GetTypedConfig().UnmarshalTo(manager) != nil {
				return false
			}
			plainManager(manager, routes)
			filter.ConfigType = &listener.Filter_TypedConfig{TypedConfig: wrap(manager)}
			speaks = true
		case strings.Contains(filter.GetTypedConfig().GetTypeUrl(), "filters.network.rbac"):
		default:
			continue
		}
		left = append(left, filter)
	}
	chain.Filters = left
	if chain.TransportSocket != nil {
		chain.TransportSocket = ownCertificate(chain.TransportSocket)
	}
	return speaks
}

func plainManager(manager *hcm.HttpConnectionManager, routes map[string]*route.RouteConfiguration) {
	manager.AccessLog, manager.Tracing, manager.RequestIdExtension = nil, nil, nil
	if named := manager.GetRds(); named != nil {
		routed := routes[named.RouteConfigName]
		if routed == nil {
			routed = &route.RouteConfiguration{Name: named.RouteConfigName}
		}
		routed = proto.Clone(routed).(*route.RouteConfiguration)
		plainRoutes(routed)
		manager.RouteSpecifier = &hcm.HttpConnectionManager_RouteConfig{RouteConfig: routed}
	} else if routed := manager.GetRouteConfig(); routed != nil {
		plainRoutes(routed)
	}
	filters := manager.HttpFilters[:0]
	for _, filter := range manager.HttpFilters {
		if isKept(filter.GetTypedConfig()) {
			filters = append(filters, filter)
		}
	}
	manager.HttpFilters = filters
}

func plainRoutes(routed *route.RouteConfiguration) {
	routed.ValidateClusters = wrapperspb.Bool(false)
	routed.TypedPerFilterConfig = keptConfig(routed.TypedPerFilterConfig)
	for _, one := range routed.VirtualHosts {
		one.TypedPerFilterConfig = keptConfig(one.TypedPerFilterConfig)
		for _, one := range one.Routes {
			one.TypedPerFilterConfig = keptConfig(one.TypedPerFilterConfig)
			one.Tracing = nil
			for _, one := range one.GetRoute().GetWeightedClusters().GetClusters() {
				one.TypedPerFilterConfig = keptConfig(one.TypedPerFilterConfig)
			}
		}
	}
}

func keptConfig(all map[string]*anypb.Any) map[string]*anypb.Any {
	for name, typed := range all {
		if !isKept(typed) {
			delete(all, name)
		}
	}
	return all
}

// ownCertificate answers handshakes with the rig's certificate; what is asked of clients is not.
func ownCertificate(socket *core.TransportSocket) *core.TransportSocket {
	context := &tls.DownstreamTlsContext{}
	if socket.GetTypedConfig().UnmarshalTo(context) != nil {
		return socket
	}
	certificate, key := selfSigned()
	inline := func(text []byte) *core.DataSource {
		return &core.DataSource{Specifier: &core.DataSource_InlineBytes{InlineBytes: text}}
	}
	common := context.CommonTlsContext
	common.TlsCertificateSdsSecretConfigs = nil
	common.TlsCertificates = []*tls.TlsCertificate{{CertificateChain: inline(certificate), PrivateKey: inline(key)}}
	common.ValidationContextType = nil
	context.RequireClientCertificate = wrapperspb.Bool(false)
	return &core.TransportSocket{Name: socket.Name, ConfigType: &core.TransportSocket_TypedConfig{TypedConfig: wrap(context)}}
}

func static(one *cluster.Cluster, echo int) *cluster.Cluster {
	one.ClusterDiscoveryType = &cluster.Cluster_Type{Type: cluster.Cluster_STATIC}
	one.EdsClusterConfig, one.TransportSocket, one.TransportSocketMatches, one.Filters = nil, nil, nil, nil
	one.LoadAssignment = &endpoint.ClusterLoadAssignment{
		ClusterName: one.Name,
		Endpoints: []*endpoint.LocalityLbEndpoints{{LbEndpoints: []*endpoint.LbEndpoint{{
			HostIdentifier: &endpoint.LbEndpoint_Endpoint{Endpoint: &endpoint.Endpoint{Address: address(echo)}},
		}}}},
	}
	if one.LbPolicy == cluster.Cluster_CLUSTER_PROVIDED {
		one.LbPolicy = cluster.Cluster_ROUND_ROBIN
	}
	for name, typed := range one.TypedExtensionProtocolOptions {
		options := &upstreams.HttpProtocolOptions{}
		if typed.UnmarshalTo(options) != nil {
			delete(one.TypedExtensionProtocolOptions, name)
			continue
		}
		options.HttpFilters = nil
		one.TypedExtensionProtocolOptions[name] = wrap(options)
	}
	return one
}

func wrap(message proto.Message) *anypb.Any {
	wrapped, err := anypb.New(message)
	if err != nil {
		panic(err)
	}
	return wrapped
}
