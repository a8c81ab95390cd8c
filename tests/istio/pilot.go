package main

import (
	"encoding/json"
	"fmt"
	"strings"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/host"
	"istio.io/istio/pkg/test"
)

// What one proxy is told.
type configuration struct {
	listeners []*listener.Listener
	routes    map[string]*route.RouteConfiguration
	clusters  []*cluster.Cluster
	// Of a client in the mesh: the listener of each port, not those of single addresses.
	mesh bool
}

type object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"metadata"`
	Spec struct {
		GatewayClassName string         `json:"gatewayClassName"`
		Selector         map[string]any `json:"selector"`
		Listeners        []struct {
			Name string `json:"name"`
			Port int    `json:"port"`
		} `json:"listeners"`
	} `json:"spec"`
}

func (o *object) namespace() string {
	if o.Metadata.Namespace == "" {
		return "default"
	}
	return o.Metadata.Namespace
}

const classes = `{"apiVersion":"gateway.networking.k8s.io/v1","kind":"GatewayClass","metadata":{"name":"istio"},"spec":{"controllerName":"istio.io/gateway-controller"}}`

// Pilot's own reading of the objects, for every proxy of the case, by the gateway (`namespace/name`; "" for those of
// Istio's API, "mesh" for a client of the mesh).
func translate(t test.Failer, one *measuredCase) (map[string]configuration, error) {
	kube, istio := []string{classes}, []string{}
	selector := map[string]string{}
	gateways := map[string]object{}
	known, err := readSchemas()
	if err != nil {
		return nil, err
	}
	for _, text := range one.Objects {
		var read object
		if err := json.Unmarshal(text, &read); err != nil {
			return nil, fmt.Errorf("%s: %w", text, err)
		}
		text, err := known.defaulted(text, &read)
		if err != nil {
			return nil, err
		}
		group, _, _ := strings.Cut(read.APIVersion, "/")
		switch {
		case strings.HasSuffix(group, ".istio.io"):
			istio = append(istio, string(text))
			if read.Kind == "Gateway" {
				for key, value := range read.Spec.Selector {
					selector[key] = fmt.Sprint(value)
				}
			}
		default:
			kube = append(kube, served(string(text), read.Kind))
			if group == "gateway.networking.k8s.io" && read.Kind == "Gateway" {
				gateways[read.namespace()+"/"+read.Metadata.Name] = read
				kube = append(kube, serviceOf(&read))
			}
		}
	}
	var configs []config.Config
	for _, text := range istio {
		read, _, err := crd.ParseInputs(text)
		if err != nil {
			// Istio's webhook refuses it.
			return nil, fmt.Errorf("refused: %w: %s", err, text)
		}
		for _, one := range read {
			// As the API server's objects have it: short names of hosts are completed with it.
			one.Domain = "cluster.local"
			configs = append(configs, one)
		}
	}
	server := xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
		Configs:                configs,
		KubernetesObjectString: strings.Join(kube, "\n---\n"),
	})
	found := map[string]configuration{}
	if one.Proxy == "mesh" {
		proxy := server.SetupProxy(&model.Proxy{ConfigNamespace: "default", Metadata: metadata("default", nil)})
		found["mesh"] = told(server, proxy)
		return found, nil
	}
	if len(selector) > 0 {
		proxy := &model.Proxy{Type: model.Router, ConfigNamespace: "istio-system", Labels: selector, Metadata: metadata("istio-system", selector)}
		found[""] = told(server, server.SetupProxy(proxy))
	}
	for name, gateway := range gateways {
		labels := map[string]string{
			"gateway.networking.k8s.io/gateway-name":       gateway.Metadata.Name,
			"gateway.networking.k8s.io/gateway-class-name": gateway.Spec.GatewayClassName,
		}
		namespace := gateway.namespace()
		proxy := server.SetupProxy(&model.Proxy{Type: model.Router, ConfigNamespace: namespace, Labels: labels, Metadata: metadata(namespace, labels)})
		hostname := host.Name(fmt.Sprintf("%s-%s.%s.svc.cluster.local", gateway.Metadata.Name, gateway.Spec.GatewayClassName, namespace))
		service := server.Env().ServiceDiscovery.GetService(hostname)
		if service == nil {
			return nil, fmt.Errorf("no Service %s", hostname)
		}
		proxy.ServiceTargets = nil
		for _, port := range service.Ports {
			target := model.ServiceTarget{Service: service, Port: model.ServiceInstancePort{ServicePort: port, TargetPort: uint32(port.Port)}}
			proxy.ServiceTargets = append(proxy.ServiceTargets, target)
		}
		proxy.SetGatewaysForProxy(server.PushContext())
		found[name] = told(server, proxy)
	}
	return found, nil
}

func metadata(namespace string, labels map[string]string) *model.NodeMetadata {
	return &model.NodeMetadata{IstioVersion: "1.31.0", Namespace: namespace, Labels: labels}
}

func told(server *xds.FakeDiscoveryServer, proxy *model.Proxy) configuration {
	listeners := server.Listeners(proxy)
	routes := map[string]*route.RouteConfiguration{}
	for _, one := range server.RoutesFromListeners(proxy, listeners) {
		routes[one.Name] = one
	}
	return configuration{listeners: listeners, routes: routes, clusters: server.Clusters(proxy), mesh: proxy.Type == model.SidecarProxy}
}

// The Service that Istio makes for a Gateway.
func serviceOf(gateway *object) string {
	ports, seen := []map[string]any{}, map[int]bool{}
	for _, one := range gateway.Spec.Listeners {
		if !seen[one.Port] {
			seen[one.Port] = true
			ports = append(ports, map[string]any{"name": fmt.Sprintf("http-%d", one.Port), "port": one.Port})
		}
	}
	made, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Service",
		"metadata": map[string]any{"name": gateway.Metadata.Name + "-" + gateway.Spec.GatewayClassName, "namespace": gateway.namespace()},
		"spec":     map[string]any{"clusterIP": "10.255.0.1", "ports": ports},
	})
	if err != nil {
		panic(err)
	}
	return string(made)
}

// The API server serves every version of a kind, and gives a Service's ports their targets; what stands in for it here
// keeps what was written.
func served(text, kind string) string {
	switch kind {
	case "ReferenceGrant":
		return strings.Replace(text, "gateway.networking.k8s.io/v1\"", "gateway.networking.k8s.io/v1beta1\"", 1)
	case "Service":
		var whole map[string]any
		if json.Unmarshal([]byte(text), &whole) != nil {
			return text
		}
		ports, _ := fields(whole, "spec")["ports"].([]any)
		for _, each := range ports {
			if port, is := each.(map[string]any); is && port["targetPort"] == nil {
				port["targetPort"] = port["port"]
			}
		}
		return string(compact(whole))
	}
	return text
}
