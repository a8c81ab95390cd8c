package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// ofIstio makes a case of another implementation one of Istio's: the class of its Gateways is changed, and what a cluster
// has anyway (namespaces with their label, addresses of Services) is added. False for a case with objects of the other
// implementation.
func ofIstio(one *measuredCase) bool {
	made, namespaces, named := []json.RawMessage{}, map[string]bool{}, map[string]bool{}
	for place, text := range one.Objects {
		var whole map[string]any
		if json.Unmarshal(text, &whole) != nil {
			return false
		}
		version, _ := whole["apiVersion"].(string)
		if strings.Contains(version, "envoyproxy") {
			return false
		}
		metadata, spec := fields(whole, "metadata"), fields(whole, "spec")
		switch kind := whole["kind"]; kind {
		case "GatewayClass":
			continue
		case "Namespace":
			name := fmt.Sprint(metadata["name"])
			named[name] = true
			fields(metadata, "labels")["kubernetes.io/metadata.name"] = name
		default:
			if metadata["namespace"] == nil {
				metadata["namespace"] = "default"
			}
			namespaces[fmt.Sprint(metadata["namespace"])] = true
			if kind == "Gateway" {
				spec["gatewayClassName"] = "istio"
				delete(spec, "infrastructure")
			}
			if kind == "Service" && spec["type"] != "ExternalName" && spec["clusterIP"] == nil {
				spec["clusterIP"] = fmt.Sprintf("10.1.1.%d", place%250+1)
			}
		}
		made = append(made, compact(whole))
	}
	for _, name := range sorted(namespaces) {
		if !named[name] {
			labels := map[string]any{"kubernetes.io/metadata.name": name}
			metadata := map[string]any{"name": name, "labels": labels}
			made = append(made, compact(map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}))
		}
	}
	one.Objects = made
	return len(one.Requests) > 0
}

func fields(of map[string]any, key string) map[string]any {
	inner, is := of[key].(map[string]any)
	if !is {
		inner = map[string]any{}
		of[key] = inner
	}
	return inner
}
