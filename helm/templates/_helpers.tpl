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

{{- /* For all that is not the server itself: without the component, which selectors look for. */ -}}
{{- define "resnet.commonLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: {{ .Chart.Name }}
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

{{- /* What this release's pods have to do, averaged over a minute so that one burst moves nothing. The
       management Service's jobLabel makes the release's name the job. */ -}}
{{- define "resnet.workQuery" -}}
{{- $of := printf "{namespace=%q,job=%q}" .Release.Namespace .Release.Name -}}
sum(avg_over_time(resnet_queued{{ $of }}[1m])) + sum(avg_over_time(resnet_running{{ $of }}[1m]))
{{- end -}}

{{- /* The models, the time to stop and where traces go are values of their own: other manifests depend on them. */ -}}
{{- define "resnet.settings" -}}
{{- $own := dict "resnet" (dict "models" .Values.models)
      "spring" (dict "lifecycle" (dict "timeout-per-shutdown-phase" (printf "%vs" .Values.shutdown.timeoutSeconds))) -}}
{{- with .Values.tracing.endpoint -}}
{{- $otlp := dict "otlp" (dict "endpoint" .) -}}
{{- $_ := set $own "management" (dict "opentelemetry" (dict "tracing" (dict "export" $otlp))) -}}
{{- end -}}
{{- with .Values.logs.format -}}
{{- $_ := set $own "logging" (dict "structured" (dict "format" (dict "console" .))) -}}
{{- end -}}
{{- mergeOverwrite (deepCopy .Values.config) $own | toYaml -}}
{{- end -}}
