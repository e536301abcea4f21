{{- define "resnet.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- /* The release's name, with the chart's name unless it is in it already. 52: room for suffixes within 63. */ -}}
{{- define "resnet.fullname" -}}
{{- $name := include "resnet.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "resnet.selectorLabels" -}}
app.kubernetes.io/name: {{ include "resnet.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: server
{{- end -}}

{{- define "resnet.chartLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: {{ .Chart.Name }}
{{- end -}}

{{- /* For all that is not the server itself: without the component, which selectors look for. */ -}}
{{- define "resnet.commonLabels" -}}
{{ include "resnet.chartLabels" . }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "resnet.labels" -}}
{{ include "resnet.selectorLabels" . }}
{{ include "resnet.commonLabels" . }}
{{- end -}}

{{- /* "true" if the preset for GPUs is on. */ -}}
{{- define "resnet.gpuPreset" -}}
{{- ne .Values.gpu.preset "none" -}}
{{- end -}}

{{- define "resnet.gpuCount" -}}
{{- .Values.gpu.count | default (ternary 1 0 (eq (include "resnet.gpuPreset" .) "true")) -}}
{{- end -}}

{{- define "resnet.image" -}}
{{- with .Values.image -}}
{{- if eq (include "resnet.gpuPreset" $) "true" -}}
{{ $.Values.gpu.image }}
{{- else if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "resnet.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ .Values.serviceAccount.name | default (include "resnet.fullname" .) }}
{{- else -}}
{{ .Values.serviceAccount.name | default "default" }}
{{- end -}}
{{- end -}}

{{- /* What of a tree is not null, as YAML: an API server takes null for a field that is there. */ -}}
{{- define "resnet.security" -}}
{{- $set := dict -}}
{{- range $key, $value := . }}
{{- if not (kindIs "invalid" $value) }}
{{- $_ := set $set $key $value }}
{{- end }}
{{- end }}
{{- toYaml $set -}}
{{- end -}}

{{- /* Resources with their quantities as text, and the GPUs. A file's numbers are floating, and a large one would become 2e+09. */ -}}
{{- define "resnet.resources" -}}
{{- $resources := dict -}}
{{- range $kind, $quantities := .Values.resources | default dict }}
{{- $texts := dict -}}
{{- range $name, $quantity := $quantities }}
{{- if and (kindIs "float64" $quantity) (eq (floor $quantity) $quantity) }}
{{- $quantity = int64 $quantity }}
{{- end }}
{{- $_ := set $texts $name (toString $quantity) }}
{{- end }}
{{- $_ := set $resources $kind $texts }}
{{- end }}
{{- $gpus := include "resnet.gpuCount" . }}
{{- if ne $gpus "0" }}
{{- $resources = mergeOverwrite $resources (dict "limits" (dict .Values.gpu.resource $gpus)) }}
{{- end }}
{{- toYaml $resources -}}
{{- end -}}

{{- define "resnet.environment" -}}
- name: JDK_JAVA_OPTIONS
  value: {{ .Values.javaOptions | quote }}
{{- with .Values.env }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* The Secrets that are mounted, by the names of their folders. */ -}}
{{- define "resnet.secrets" -}}
{{- $secrets := dict "keys" .Values.access.keysSecret "tls" .Values.tls.secret "clients" .Values.tls.clientSecret -}}
{{- $set := dict -}}
{{- range $name, $secret := $secrets }}
{{- if $secret }}
{{- $_ := set $set $name $secret }}
{{- end }}
{{- end }}
{{- toYaml $set -}}
{{- end -}}

{{- /* Where a probe asks: context (of the paths), values (of the probe), main and management (paths at either port). */ -}}
{{- define "resnet.asks" -}}
{{- $own := printf "%s/%s" (include "resnet.contextPath" .root) .main -}}
{{- if .root.Values.tls.clientSecret -}}
path: {{ .values.path | default (printf "/actuator/health/%s" .management) | quote }}
port: management
{{- else -}}
path: {{ .values.path | default $own | quote }}
port: http
{{- if .root.Values.tls.secret }}
scheme: HTTPS
{{- end }}
{{- end }}
{{- end -}}

{{- define "resnet.mounts" -}}
- name: config
  mountPath: /app/config
  readOnly: true
- name: cache
  mountPath: /cache
- name: tmp
  mountPath: /tmp
{{- range $name, $secret := include "resnet.secrets" . | fromYaml }}
- name: {{ $name }}
  mountPath: /{{ $name }}
  readOnly: true
{{- end }}
{{- if include "resnet.ownModels" . }}
- name: models
  mountPath: /models
  readOnly: true
{{- end }}
{{- with .Values.volumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* Of root's pods; claim: whether the cache is the claim. */ -}}
{{- define "resnet.volumes" -}}
{{- $name := include "resnet.fullname" .root -}}
- name: config
  configMap:
    name: {{ $name }}
- name: cache
  {{- if .claim }}
  persistentVolumeClaim:
    claimName: {{ .root.Values.modelCache.existingClaim | default (printf "%s-cache" $name) | quote }}
  {{- else }}
  emptyDir:
    sizeLimit: {{ .root.Values.modelCache.size }}
  {{- end }}
# Programs, from when they are written until they are loaded, one at a time: ResNet-152's have 240 MB.
- name: tmp
  emptyDir:
    sizeLimit: 1Gi
{{- range $name, $secret := include "resnet.secrets" .root | fromYaml }}
- name: {{ $name }}
  secret:
    secretName: {{ $secret | quote }}
{{- end }}
{{- with include "resnet.ownModels" .root }}
- name: models
  {{- nindent 2 . }}
{{- end }}
{{- with .root.Values.volumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* Which nodes pods go to. */ -}}
{{- define "resnet.placement" -}}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- /* A volume's source: a claim, or any other. */ -}}
{{- define "resnet.source" -}}
{{- if .existingClaim }}
{{- dict "persistentVolumeClaim" (dict "claimName" .existingClaim) | toYaml }}
{{- else }}
{{- toYaml .volume }}
{{- end }}
{{- end -}}

{{- /* What this release's pods have to do, averaged over four scrapes and at least a minute, so that one burst moves
       nothing. The management Service's jobLabel makes the release's name the job. */ -}}
{{- define "resnet.workQuery" -}}
{{- if .Values.autoscaling.keda.query -}}
{{ .Values.autoscaling.keda.query }}
{{- else -}}
{{- $of := printf "{namespace=%q,job=%q}" .Release.Namespace .Release.Name -}}
{{- $interval := .Values.metrics.serviceMonitor.interval -}}
{{- $milliseconds := mul (regexFind "^[0-9]+" $interval) (get (dict "ms" 1 "s" 1000 "m" 60000) (regexFind "[a-z]+$" $interval)) -}}
{{- $window := printf "[%ds]" (max 60 (div (mul 4 $milliseconds) 1000)) -}}
sum(avg_over_time(resnet_queued{{ $of }}{{ $window }})) + sum(avg_over_time(resnet_running{{ $of }}{{ $window }}))
{{- end -}}
{{- end -}}

{{- /* Source of the volume with the user's own models; nothing if there is none. */ -}}
{{- define "resnet.ownModels" -}}
{{- with .Values.ownModels }}
{{- if .configMap }}
{{- dict "configMap" (dict "name" .configMap) | toYaml }}
{{- else if .existingClaim }}
{{- dict "persistentVolumeClaim" (dict "claimName" .existingClaim "readOnly" true) | toYaml }}
{{- else if .volume }}
{{- toYaml .volume }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* What the service's paths begin with: its context path, from the settings or the environment, without a slash at its end. */ -}}
{{- define "resnet.contextPath" -}}
{{- $path := "" -}}
{{- range splitList "\n" (include "resnet.leaves" (dict "tree" .Values.config "prefix" "")) }}
{{- if hasPrefix "server.servlet.context-path=" . }}
{{- $path = trimPrefix "server.servlet.context-path=" . }}
{{- end }}
{{- end }}
{{- range .Values.env }}
{{- if eq .name "SERVER_SERVLET_CONTEXT_PATH" }}
{{- $path = .value | default "" }}
{{- end }}
{{- end }}
{{- trimSuffix "/" $path -}}
{{- end -}}

{{- /* "true" if there may be more than one pod, not counting those of a roll-out. */ -}}
{{- define "resnet.several" -}}
{{- gt (int (ternary .Values.replicas .Values.autoscaling.maxReplicas (eq .Values.autoscaling.kind "none"))) 1 -}}
{{- end -}}

{{- /* Recreate where the one pod holds a claim that the new one, perhaps on another node, would wait for. */ -}}
{{- define "resnet.strategy" -}}
{{- $held := and (eq .Values.modelCache.kind "pvc") (ne .Values.modelCache.accessMode "ReadWriteMany") (ne (include "resnet.several" .) "true") -}}
{{- .Values.strategy.type | default (ternary "Recreate" "RollingUpdate" $held) -}}
{{- end -}}

{{- /* A tree's leaves, path=value with dots in the path, one a line. */ -}}
{{- define "resnet.leaves" -}}
{{- range $key, $value := .tree }}
{{- if kindIs "map" $value }}
{{- include "resnet.leaves" (dict "tree" $value "prefix" (printf "%s%s." $.prefix $key)) }}
{{- else }}
{{- printf "%s%s=%v\n" $.prefix $key $value }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* Refuses values that Kubernetes would take and that could not work. */ -}}
{{- define "resnet.check" -}}
{{- $owned := dict
      "server.port" "the probes and the Services go to 8080; what clients see is service.port"
      "management.server.port" "the Service and the policy for metrics go to 8081"
      "models" "is the value models"
      "resnet.models" "is the value models"
      "resnet.models-directory" "is ownModels, which mounts what is there"
      "resnet.models-watch" "is the value ownModels.watch"
      "resnet.shutdown.drain-delay" "is the value shutdown.drainSeconds, which the grace period depends on"
      "spring.lifecycle.timeout-per-shutdown-phase" "is the value shutdown.timeoutSeconds, which the grace period depends on" -}}
{{- range splitList "\n" (include "resnet.leaves" (dict "tree" .Values.config "prefix" "")) }}
{{- /* A list's elements may be keys of their own. */ -}}
{{- $path := regexReplaceAll "(\\[[0-9]+])?=.*" . "" }}
{{- if and (eq $path "resnet.serving.precision") $.Values.precision }}
{{- fail "config.resnet.serving.precision: is the value precision, which is set too" }}
{{- end }}
{{- if hasKey $owned $path }}
{{- fail (printf "config.%s: %s" $path (get $owned $path)) }}
{{- end }}
{{- end }}
{{- if and .Values.tls.clientSecret (not .Values.tls.secret) }}
{{- fail "tls.clientSecret: clients show certificates only where the service ends TLS; set tls.secret too" }}
{{- end }}
{{- with .Values.ownModels }}
{{- if gt (len (without (list .configMap .existingClaim (.volume | default dict | toJson)) "" "{}")) 1 }}
{{- fail "ownModels: configMap, existingClaim and volume exclude one another; take one" }}
{{- end }}
{{- if and .watch (not (include "resnet.ownModels" $)) }}
{{- fail "ownModels.watch: there is nothing to watch; name configMap, existingClaim or volume" }}
{{- end }}
{{- end }}
{{- if and (eq (include "resnet.gpuPreset" .) "true") (not .Values.gpu.image) }}
{{- fail "gpu.preset: needs gpu.image, an image that was built with NATIVES=cuda; the published one is CPU only" }}
{{- end }}
{{- if and .Values.gpu.image (ne (include "resnet.gpuPreset" .) "true") }}
{{- fail "gpu.image: is for gpu.preset; without it, the image is the value image" }}
{{- end }}
{{- range .Values.env }}
{{- if has .name (list "SERVER_PORT" "MANAGEMENT_SERVER_PORT") }}
{{- fail (printf "env: %s would move the port that the probes and the Services go to" .name) }}
{{- end }}
{{- end }}
{{- $standard := merge (include "resnet.selectorLabels" . | fromYaml) (include "resnet.chartLabels" . | fromYaml) -}}
{{- range $value, $labels := dict "commonLabels" .Values.commonLabels "podLabels" .Values.podLabels }}
{{- range $label, $_ := $labels }}
{{- if hasKey $standard $label }}
{{- fail (printf "%s: %s is the chart's own" $value $label) }}
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.autoscaling }}
{{- if and (ne .kind "none") (gt (int .minReplicas) (int .maxReplicas)) }}
{{- fail (printf "autoscaling.minReplicas: %v is more than maxReplicas, %v" .minReplicas .maxReplicas) }}
{{- end }}
{{- end }}
{{- with .Values.bulk }}
{{- if .enabled }}
{{- if not (semverCompare ">=1.29.0-0" $.Capabilities.KubeVersion.Version) }}
{{- fail (printf "bulk: needs Kubernetes 1.29, which counts failures by index; this is %s" $.Capabilities.KubeVersion.Version) }}
{{- end }}
{{- range $of := list "pictures" "results" }}
{{- with get $.Values.bulk $of }}
{{- if eq (empty .existingClaim) (empty .volume) }}
{{- fail (printf "bulk.%s: needs existingClaim or volume, one of the two" $of) }}
{{- end }}
{{- end }}
{{- end }}
{{- if gt (int .parallelism) (int .shards) }}
{{- fail (printf "bulk.parallelism: %v pods at once are more than the %v shards" .parallelism .shards) }}
{{- end }}
{{- end }}
{{- end }}
{{- $strategy := .Values.strategy -}}
{{- $rolling := eq (include "resnet.strategy" .) "RollingUpdate" -}}
{{- if and $rolling (has (toString $strategy.maxSurge) (list "0" "0%")) (has (toString $strategy.maxUnavailable) (list "0" "0%")) }}
{{- fail "strategy: with maxSurge and maxUnavailable both 0 no pod could ever be replaced" }}
{{- end }}
{{- if eq .Values.modelCache.kind "pvc" }}
{{- $mode := .Values.modelCache.accessMode -}}
{{- $several := eq (include "resnet.several" .) "true" -}}
{{- if and (eq $mode "ReadWriteOncePod") $several }}
{{- fail "modelCache.accessMode: ReadWriteOncePod is for one pod, and there may be several; use ReadWriteMany, emptyDir or replicas 1" }}
{{- end }}
{{- if and (eq $mode "ReadWriteOnce") $several (not .Values.nodeSelector) (not .Values.affinity) }}
{{- fail "modelCache.accessMode: ReadWriteOnce is for one node, and pods on others would never start; use ReadWriteMany, emptyDir or replicas 1, or keep the pods on one node by nodeSelector or affinity" }}
{{- end }}
{{- if and (eq $mode "ReadWriteOncePod") $rolling (not (has (toString $strategy.maxSurge) (list "0" "0%"))) }}
{{- fail "strategy: a ReadWriteOncePod claim is the old pod's until it goes, so a new one beside it would never start; use Recreate or maxSurge 0" }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* The models, the times to stop and where traces go are values of their own: other manifests depend on them. */ -}}
{{- define "resnet.settings" -}}
{{- $shutdown := dict "drain-delay" (printf "%vs" .Values.shutdown.drainSeconds) -}}
{{- $preset := dict -}}
{{- if eq (include "resnet.gpuPreset" .) "true" -}}
{{- $preset = dict "resnet" (dict "serving" (dict "workers" 1 "max-batch" 32 "max-delay" "2ms")) -}}
{{- end -}}
{{- $own := dict "resnet" (dict "models" .Values.models "shutdown" $shutdown)
      "spring" (dict "lifecycle" (dict "timeout-per-shutdown-phase" (printf "%vs" .Values.shutdown.timeoutSeconds))) -}}
{{- with .Values.precision -}}
{{- $_ := set $own.resnet "serving" (dict "precision" .) -}}
{{- end -}}
{{- with .Values.grpc.port -}}
{{- $grpc := dict "port" . -}}
{{- if $.Values.tls.secret -}}
{{- $ssl := dict "bundle" "web" -}}
{{- if $.Values.tls.clientSecret -}}
{{- $_ := set $ssl "client-auth" "require" -}}
{{- end -}}
{{- $_ := set $grpc "ssl" $ssl -}}
{{- end -}}
{{- $_ := set $own.spring "grpc" (dict "server" $grpc) -}}
{{- end -}}
{{- with .Values.tracing.endpoint -}}
{{- $otlp := dict "otlp" (dict "endpoint" .) -}}
{{- $_ := set $own "management" (dict "opentelemetry" (dict "tracing" (dict "export" $otlp))) -}}
{{- end -}}
{{- with .Values.logs.format -}}
{{- $_ := set $own "logging" (dict "structured" (dict "format" (dict "console" .))) -}}
{{- end -}}
{{- with .Values.access.keysSecret -}}
{{- $_ := set $own.resnet "security" (dict "api-keys-file" "/keys/keys") -}}
{{- end -}}
{{- with .Values.access.allowedOrigins -}}
{{- $_ := set $own.resnet "cors" (dict "allowed-origins" .) -}}
{{- end -}}
{{- if .Values.tls.secret -}}
{{- $web := dict "keystore" (dict "certificate" "file:/tls/tls.crt" "private-key" "file:/tls/tls.key") "reload-on-update" true -}}
{{- $ssl := dict "bundle" "web" -}}
{{- if .Values.tls.clientSecret -}}
{{- $_ := set $web "truststore" (dict "certificate" "file:/clients/ca.crt") -}}
{{- $_ := set $ssl "client-auth" "need" -}}
{{- end -}}
{{- $_ := set $own "server" (dict "ssl" $ssl) -}}
{{- $_ := set $own.spring "ssl" (dict "bundle" (dict "pem" (dict "web" $web))) -}}
{{- $management := get $own "management" | default dict -}}
{{- $_ := set $management "server" (dict "ssl" (dict "enabled" false)) -}}
{{- $_ := set $own "management" $management -}}
{{- end -}}
{{- if include "resnet.ownModels" . -}}
{{- $_ := set $own.resnet "models-directory" (list "models" "/models") -}}
{{- with .Values.ownModels.watch -}}
{{- $_ := set $own.resnet "models-watch" . -}}
{{- end -}}
{{- end -}}
{{- mergeOverwrite $preset (deepCopy (.Values.config | default dict)) $own | toYaml -}}
{{- end -}}
