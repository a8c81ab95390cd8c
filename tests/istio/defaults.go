package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"sigs.k8s.io/yaml"
)

// Schemas of the CRDs in the folder, by `group/version, Kind`.
type schemas map[string]*schema.Structural

func readSchemas() (schemas, error) {
	found := schemas{}
	files, err := filepath.Glob(filepath.Join(*crds, "*.yaml"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, document := range strings.Split(string(text), "\n---\n") {
			crd := &v1.CustomResourceDefinition{}
			if yaml.Unmarshal([]byte(document), crd) != nil || crd.Kind != "CustomResourceDefinition" {
				continue
			}
			for _, version := range crd.Spec.Versions {
				internal := &apiextensions.JSONSchemaProps{}
				if err := v1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(version.Schema.OpenAPIV3Schema, internal, nil); err != nil {
					return nil, err
				}
				structural, err := schema.NewStructural(internal)
				if err != nil {
					return nil, err
				}
				found[crd.Spec.Group+"/"+version.Name+", "+crd.Spec.Names.Kind] = structural
			}
		}
	}
	return found, nil
}

// As the API server stores it: with the defaults of its CRD.
func (s schemas) defaulted(text json.RawMessage, read *object) (json.RawMessage, error) {
	structural := s[read.APIVersion+", "+read.Kind]
	if structural == nil {
		return text, nil
	}
	var whole any
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, err
	}
	defaulting.Default(whole, structural)
	return json.Marshal(whole)
}
