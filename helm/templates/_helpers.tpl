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

{{- define "resnet.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
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

{{- define "resnet.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- /* 10001: the user of the image. */ -}}
{{- define "resnet.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "resnet.environment" -}}
- name: JDK_JAVA_OPTIONS
  value: {{ .Values.javaOptions | quote }}
{{- with .Values.env }}
{{ toYaml . }}
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
{{- with .Values.volumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* What this release's pods have to do, averaged over four scrapes and at least a minute, so that one burst moves
       nothing. The management Service's jobLabel makes the release's name the job. */ -}}
{{- define "resnet.workQuery" -}}
{{- $of := printf "{namespace=%q,job=%q}" .Release.Namespace .Release.Name -}}
{{- $interval := .Values.metrics.serviceMonitor.interval -}}
{{- $milliseconds := mul (regexFind "^[0-9]+" $interval) (get (dict "ms" 1 "s" 1000 "m" 60000) (regexFind "[a-z]+$" $interval)) -}}
{{- $window := printf "[%ds]" (max 60 (div (mul 4 $milliseconds) 1000)) -}}
sum(avg_over_time(resnet_queued{{ $of }}{{ $window }})) + sum(avg_over_time(resnet_running{{ $of }}{{ $window }}))
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

{{- /* Paths of a tree's leaves, with dots, one a line. */ -}}
{{- define "resnet.paths" -}}
{{- range $key, $value := .tree }}
{{- if kindIs "map" $value }}
{{- include "resnet.paths" (dict "tree" $value "prefix" (printf "%s%s." $.prefix $key)) }}
{{- else }}
{{- printf "%s%s\n" $.prefix $key }}
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
      "resnet.shutdown.drain-delay" "is the value shutdown.drainSeconds, which the grace period depends on"
      "spring.lifecycle.timeout-per-shutdown-phase" "is the value shutdown.timeoutSeconds, which the grace period depends on" -}}
{{- range splitList "\n" (include "resnet.paths" (dict "tree" .Values.config "prefix" "")) }}
{{- if hasKey $owned . }}
{{- fail (printf "config.%s: %s" . (get $owned .)) }}
{{- end }}
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
{{- $own := dict "resnet" (dict "models" .Values.models "shutdown" $shutdown)
      "spring" (dict "lifecycle" (dict "timeout-per-shutdown-phase" (printf "%vs" .Values.shutdown.timeoutSeconds))) -}}
{{- with .Values.tracing.endpoint -}}
{{- $otlp := dict "otlp" (dict "endpoint" .) -}}
{{- $_ := set $own "management" (dict "opentelemetry" (dict "tracing" (dict "export" $otlp))) -}}
{{- end -}}
{{- with .Values.logs.format -}}
{{- $_ := set $own "logging" (dict "structured" (dict "format" (dict "console" .))) -}}
{{- end -}}
{{- mergeOverwrite (deepCopy (.Values.config | default dict)) $own | toYaml -}}
{{- end -}}
