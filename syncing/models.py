"""What the engine remembers: the base of mirrored tables, staged rows, the journal of legs, leases, messages."""

from __future__ import annotations

from typing import Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from syncing.backups.models import Backup  # noqa: F401  # Django finds an app's tables here
from syncing.people.models import AccessToken, OpenSession  # noqa: F401  # as above
from syncing.rights import GuardedModel, GuardedQuerySet
from syncing.scheduling.models import JobPause, JobPlan, JobRun  # noqa: F401  # as above
from syncing.vocabulary import Mode, RowState

Record = TypeVar("Record", bound="MirroredModel", covariant=True)


class MirroredQuerySet(GuardedQuerySet[Record]):
    """Reads of a mirrored table; nothing is hidden unless asked for."""

    def present(self) -> Self:
        """Records that are in Gazelle's default list today."""
        return self.filter(deleted_at=None, is_placeholder=False)

    def lightly(self, *joined: str) -> Self:
        """Joined to these relations, all without Gazelle's whole answer, which weighs ten times the rest of a row."""
        paths = ["", *(f"{one}__" for one in joined)]
        rows = self.select_related(*joined) if joined else self
        return rows.defer(*(f"{path}{name}" for path in paths for name in MirroredModel.machinery))


MirroredManager = models.Manager.from_queryset(MirroredQuerySet)
OwnedManager = models.Manager.from_queryset(GuardedQuerySet)


class MirroredModel(GuardedModel):
    """A record of Gazelle, under its own id. Every Gazelle column may be empty: a row with only an id is valid."""

    id = models.CharField("identifiant Gazelle", primary_key=True, max_length=64)
    is_placeholder = models.BooleanField(
        "fiche provisoire",
        default=False,
        help_text="Créée parce qu’une autre fiche la cite ; Gazelle ne l’a pas encore donnée.",
    )
    created_at = models.DateTimeField("créée ici", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("modifiée ici", default=timezone.now, editable=False)
    synced_at = models.DateTimeField("écrite depuis Gazelle", null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField("retirée de Gazelle", null=True, blank=True, editable=False)
    gazelle_created_at = models.DateTimeField("créée dans Gazelle", null=True, blank=True)
    gazelle_updated_at = models.DateTimeField("modifiée dans Gazelle", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    raw_data = models.JSONField("réponse de Gazelle", null=True, blank=True, editable=False)
    given = models.JSONField(
        "valeurs partagées, telles que données",
        default=dict,
        editable=False,
        help_text="La base de la règle à trois, pour les colonnes que l’on change aussi ici.",
    )

    objects = MirroredManager()
    machinery = ("raw_data", "given")
    """They hold the record whole, whatever its typed columns close."""

    class Meta:
        abstract = True
        base_manager_name = "objects"  # a record reached through a foreign key is guarded as well

    @property
    def unknown_name(self) -> str:
        """How a placeholder is shown until the real record arrives."""
        return f"Inconnu ({self.id})"


class OwnedModel(GuardedModel):
    """A row that lives and dies with a mirrored record, such as a line of a bill; its raw form is in its owner's."""

    id = models.CharField("identifiant", primary_key=True, max_length=140)
    created_at = models.DateTimeField("créée ici", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("modifiée ici", default=timezone.now, editable=False)
    deleted_at = models.DateTimeField("retirée", null=True, blank=True, editable=False)

    objects = OwnedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"


class Leg(models.Model):
    """One reading of one entity, from its first request to its seal: the journal, and where a crash resumes.

    No column says « running »: what a leg is doing is computed from its instants, so that nothing can get stuck.
    """

    entity = models.CharField("table", max_length=40)
    mode = models.CharField(max_length=20, default=Mode.INCREMENTAL)
    carried_by = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="carried")
    source = models.CharField("lue à", max_length=255, blank=True)
    trigger = models.CharField("déclencheur", max_length=20, default="manual")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="par")
    until = models.DateTimeField("jusqu’à", null=True, blank=True)
    since = models.DateTimeField(
        "depuis", null=True, blank=True, help_text="Bord inférieur de la fenêtre ; vide : toute la liste."
    )
    started_at = models.DateTimeField(
        "début", default=timezone.now, help_text="Bord supérieur de la fenêtre, fixé avant la première requête."
    )
    heartbeat_at = models.DateTimeField("signe de vie", default=timezone.now)
    sealed_at = models.DateTimeField("scellée", null=True, blank=True, help_text="La dernière page est à l’abri.")
    finished_at = models.DateTimeField("fin", null=True, blank=True)
    resumed = models.PositiveIntegerField("reprises", default=0)
    query = models.CharField("empreinte de la question", max_length=40, blank=True)
    page = models.PositiveIntegerField("dernière page", default=0)
    cursor = models.TextField("curseur suivant", blank=True)
    total = models.PositiveIntegerField("annoncées", null=True, blank=True, help_text="Ce que Gazelle dit avoir.")
    fetched = models.PositiveIntegerField("lues", default=0)
    distinct = models.PositiveIntegerField("distinctes", default=0)
    null_nodes = models.PositiveIntegerField("vides", default=0)
    faults = models.PositiveIntegerField("réponses partielles", default=0)
    staged = models.PositiveIntegerField("nouvelles ou changées", default=0)
    created = models.PositiveIntegerField("créées", default=0)
    updated = models.PositiveIntegerField("modifiées", default=0)
    unchanged = models.PositiveIntegerField("inchangées", default=0)
    revived = models.PositiveIntegerField("revenues", default=0)
    rejected = models.PositiveIntegerField("refusées", default=0)
    deleted = models.PositiveIntegerField("retirées", default=0)
    failed = models.PositiveIntegerField("en échec", default=0)
    placeholders = models.PositiveIntegerField("fiches provisoires", default=0)
    requests = models.PositiveIntegerField("requêtes", default=0)
    seconds = models.JSONField("durées", default=dict, help_text="Secondes par étape : fetching, staging, reconciling.")
    warnings = models.JSONField("remarques", default=list, help_text="Ce qui a été vu sans arrêter la lecture.")
    audit = models.JSONField(
        "vérification", null=True, blank=True, help_text="Comptes et échantillon comparés à la source."
    )
    error_code = models.CharField("erreur", max_length=40, blank=True)
    error_message = models.TextField("cause", blank=True)
    error_action = models.TextField("prochain pas", blank=True)

    class Meta:
        verbose_name = "lecture"
        ordering = ("-started_at", "-pk")
        indexes = (
            # the last leg of an entity: freshness, resume, journal
            models.Index(fields=("entity", "-started_at"), name="syncing_leg_by_entity"),
            # the last seal of an entity: health endpoint, age of the data on every page
            models.Index(
                fields=("entity", "-sealed_at"), name="syncing_leg_by_seal", condition=Q(sealed_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.entity} ({self.mode}), {self.started_at:%Y-%m-%d %H:%M}"


class LegPage(models.Model):
    """Who was seen on one page of a leg, compactly: proof of completeness, and later of absence."""

    leg = models.ForeignKey(Leg, models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    fetched_at = models.DateTimeField()
    seen = models.TextField(blank=True, help_text="Identifiants, un par ligne.")

    class Meta:
        verbose_name = "page lue"
        constraints = (models.UniqueConstraint(fields=("leg", "number"), name="syncing_legpage_once"),)

    def __str__(self) -> str:
        return f"{self.leg_id}, page {self.number}"


class StagedRecord(models.Model):
    """A node exactly as received, whatever it is worth; the same node ten times leaves one row."""

    entity = models.CharField("table", max_length=40)
    gazelle_id = models.CharField("identifiant", max_length=200)
    digest = models.CharField("empreinte", max_length=40)
    raw = models.BinaryField("réponse brute", null=True)
    state = models.CharField("état", max_length=20, choices=[(s, s) for s in RowState], default=RowState.PENDING)
    attempts = models.PositiveIntegerField("essais", default=0)
    not_before = models.DateTimeField("pas avant", null=True, blank=True)
    last_error = models.TextField("dernière erreur", blank=True)
    leg = models.ForeignKey(Leg, models.SET_NULL, null=True, blank=True, verbose_name="lecture")
    fetched_at = models.DateTimeField(
        "lue dans Gazelle", help_text="Une page plus ancienne n’écrase jamais une plus récente."
    )
    staged_at = models.DateTimeField("reçue", default=timezone.now)
    reconciled_at = models.DateTimeField(
        "rapprochée", null=True, blank=True, help_text="Vide tant que ce contenu n’est pas dans la table."
    )

    class Meta:
        verbose_name = "ligne reçue"
        verbose_name_plural = "lignes reçues"
        constraints = (
            # The id first: before any statistics exist, a planner given the entity first reads the whole of it.
            models.UniqueConstraint(fields=("gazelle_id", "entity"), name="syncing_stagedrecord_once"),
            models.CheckConstraint(condition=Q(state__in=list(RowState)), name="syncing_stagedrecord_state"),
        )
        indexes = (
            # what waits for the reconciler, and what the office must look at: all but the settled mass
            models.Index(
                fields=("entity", "gazelle_id"), name="syncing_staged_unsettled", condition=Q(reconciled_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.entity} {self.gazelle_id}"


class Conflict(models.Model):
    """A shared value changed both here and in Gazelle since they last agreed: a person decides.

    `settled_by` stays empty when both sides came to agree by themselves.
    """

    entity = models.CharField("table", max_length=40)
    gazelle_id = models.CharField("identifiant", max_length=64)
    column = models.CharField("champ", max_length=60)
    base = models.JSONField("avant", null=True)
    ours = models.JSONField("ici", null=True)
    theirs = models.JSONField("dans Gazelle", null=True)
    opened_at = models.DateTimeField("depuis", default=timezone.now)
    settled_at = models.DateTimeField("réglé", null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="par")

    class Meta:
        verbose_name = "conflit"
        constraints = (
            models.UniqueConstraint(
                fields=("entity", "gazelle_id", "column"),
                condition=Q(settled_at=None),
                name="syncing_conflict_one_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.entity} {self.gazelle_id} : {self.column}"


class Move(models.Model):
    """A reference that changed from one record to another: how a merge made in Gazelle is recognised afterwards."""

    entity = models.CharField("table", max_length=40)
    gazelle_id = models.CharField("fiche", max_length=64)
    column = models.CharField("champ", max_length=60)
    target = models.CharField("table citée", max_length=40)
    before = models.CharField("avant", max_length=64)
    after = models.CharField("après", max_length=64, blank=True)
    moved_at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "changement de référence"
        verbose_name_plural = "changements de référence"
        indexes = (
            # what left a record that is gone: the inference of merges
            models.Index(fields=("target", "before"), name="syncing_move_by_origin"),
        )

    def __str__(self) -> str:
        return f"{self.entity} {self.gazelle_id} : {self.before} → {self.after}"


class Version(models.Model):
    """What changed in a record when its version moved: a change of meaning, read in Gazelle or made here by a person.

    The first version of a record has no row: there was nothing before.
    """

    SYNC, PERSON = "sync", "person"
    CAUSES = ((SYNC, "Gazelle"), (PERSON, "une personne"))

    entity = models.CharField("table", max_length=40)
    gazelle_id = models.CharField("fiche", max_length=64)
    version = models.PositiveIntegerField("version")
    at = models.DateTimeField("le", default=timezone.now)
    cause = models.CharField("par", max_length=10, choices=CAUSES, default=SYNC)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="personne")
    changes = models.JSONField("changements", default=dict, help_text="Champ : avant, après.")

    class Meta:
        verbose_name = "version"
        indexes = (
            # the history of one record, newest first; the id first, as for staged rows
            models.Index(fields=("gazelle_id", "entity", "-version"), name="syncing_version_of_record"),
        )
        constraints = (models.CheckConstraint(condition=Q(cause__in=("sync", "person")), name="syncing_version_cause"),)

    def __str__(self) -> str:
        return f"{self.entity} {self.gazelle_id}, version {self.version}"


class AcceptedGap(models.Model):
    """A difference between two counts that a person accepted: it is not told again until it changes."""

    AUDIT, TOTALS = "audit", "totals"
    KINDS = ((AUDIT, "fiches ici et dans Gazelle"), (TOTALS, "annoncées et vues"))

    kind = models.CharField("genre", max_length=20, choices=KINDS)
    entity = models.CharField("table", max_length=40)
    ours = models.PositiveIntegerField("comptées")
    theirs = models.PositiveIntegerField("selon Gazelle")
    why = models.TextField("pourquoi")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="par")
    accepted_at = models.DateTimeField("accepté", default=timezone.now)

    class Meta:
        verbose_name = "écart accepté"
        verbose_name_plural = "écarts acceptés"
        constraints = (
            models.UniqueConstraint(fields=("kind", "entity"), name="syncing_acceptedgap_once"),
            models.CheckConstraint(condition=Q(kind__in=("audit", "totals")), name="syncing_acceptedgap_kind"),
        )

    def __str__(self) -> str:
        return f"{self.entity} : {self.ours} pour {self.theirs}"


class Redirect(models.Model):
    """A change of identity: what cites the old id means the kept one. A chain is written flat."""

    entity = models.CharField("table", max_length=40)
    old_id = models.CharField("ancien identifiant", max_length=64)
    kept_id = models.CharField("identifiant gardé", max_length=64)
    why = models.TextField("pourquoi")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="par")
    created_at = models.DateTimeField("le", default=timezone.now)
    undone_at = models.DateTimeField("défait", null=True, blank=True)
    moved = models.JSONField(
        "ce qui a été rattaché",
        default=dict,
        blank=True,
        help_text="Les lignes qui citaient l’ancienne fiche au moment de la fusion, par colonne : défaire les rend.",
    )

    class Meta:
        verbose_name = "renvoi"
        constraints = (
            models.UniqueConstraint(
                fields=("entity", "old_id"), condition=Q(undone_at=None), name="syncing_redirect_one_in_force"
            ),
        )

    def __str__(self) -> str:
        return f"{self.entity} : {self.old_id} → {self.kept_id}"


class Pairing(models.Model):
    """What a person said of two records that both live in Gazelle: one thing in two records, or never these two.

    Nothing is merged here: the mirror would no longer be equal.
    """

    SAME, DIFFERENT = "same", "different"
    VERDICTS = ((SAME, "même fiche"), (DIFFERENT, "jamais ces deux-là"))

    entity = models.CharField("table", max_length=40)
    left_id = models.CharField("l’une", max_length=64, help_text="Le plus petit des deux identifiants.")
    right_id = models.CharField("l’autre", max_length=64)
    verdict = models.CharField("verdict", max_length=20, choices=VERDICTS)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="par")
    at = models.DateTimeField("le", default=timezone.now)
    withdrawn_at = models.DateTimeField("repris", null=True, blank=True)

    class Meta:
        verbose_name = "verdict sur deux fiches"
        verbose_name_plural = "verdicts sur deux fiches"
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("entity", "left_id", "right_id"),
                condition=Q(withdrawn_at=None),
                name="syncing_pairing_one_in_force",
            ),
            models.CheckConstraint(condition=Q(left_id__lt=F("right_id")), name="syncing_pairing_in_order"),
            models.CheckConstraint(condition=Q(verdict__in=("same", "different")), name="syncing_pairing_verdict"),
        )

    def __str__(self) -> str:
        return f"{self.entity} : {self.left_id}, {self.right_id} ({self.get_verdict_display()})"


class Acceptance(models.Model):
    """A record that lacks something, such as all but its id or whose it is, and that a person lets be as it is."""

    entity = models.CharField("table", max_length=40)
    gazelle_id = models.CharField("fiche", max_length=64)
    why = models.TextField("pourquoi", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="par")
    at = models.DateTimeField("le", default=timezone.now)
    withdrawn_at = models.DateTimeField("reprise", null=True, blank=True)

    class Meta:
        verbose_name = "fiche acceptée telle quelle"
        verbose_name_plural = "fiches acceptées telles quelles"
        ordering = ("-at", "-pk")
        constraints = (
            # Also asked of every incomplete record: is it accepted?
            models.UniqueConstraint(
                fields=("entity", "gazelle_id"), condition=Q(withdrawn_at=None), name="syncing_acceptance_one_in_force"
            ),
        )

    def __str__(self) -> str:
        return f"{self.entity} {self.gazelle_id}"


class Likeness(models.Model):
    """Two records that may be one, as the matcher last found; computed ahead, since it compares whole tables.

    `is_provisional` says that the left one is a placeholder, looked up among the others; else neither is.
    """

    entity = models.CharField("table", max_length=40)
    left_id = models.CharField("l’une", max_length=64)
    right_id = models.CharField("l’autre", max_length=64)
    is_provisional = models.BooleanField("pour une fiche provisoire", default=False)
    probability = models.FloatField("probabilité")
    is_sure = models.BooleanField("presque certain", default=False)
    sentence = models.TextField("pourquoi")
    evidence = models.JSONField(
        "indices", default=list, help_text="Ce qui concorde, ce qui diffère, ce qui est inconnu : [genre, mots]."
    )
    found_at = models.DateTimeField("calculé", default=timezone.now)

    class Meta:
        verbose_name = "ressemblance"
        ordering = ("-probability", "pk")
        constraints = (models.UniqueConstraint(fields=("entity", "left_id", "right_id"), name="syncing_likeness_once"),)
        indexes = (
            # the page of duplicates, most likely first
            models.Index(fields=("entity", "is_provisional", "-probability"), name="syncing_likeness_by_table"),
        )

    def __str__(self) -> str:
        return f"{self.entity} : {self.left_id}, {self.right_id}"


class Suspension(models.Model):
    """A step too large to be taken without asking: records to mark gone, or a field emptied everywhere."""

    DELETION, EMPTYING = "deletion", "emptying"
    KINDS = ((DELETION, "retraits"), (EMPTYING, "champ vidé"))

    kind = models.CharField("genre", max_length=20, choices=KINDS)
    entity = models.CharField("table", max_length=40)
    column = models.CharField("champ", max_length=60, blank=True)
    ids = models.JSONField("fiches", default=list)
    scanned = models.PositiveIntegerField("sur", default=0)
    reason = models.TextField("cause")
    opened_at = models.DateTimeField("depuis", default=timezone.now)
    decided_at = models.DateTimeField("décidé", null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="par")
    accepted = models.BooleanField("accepté", null=True, blank=True)

    class Meta:
        verbose_name = "étape suspendue"
        verbose_name_plural = "étapes suspendues"
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "entity", "column"), condition=Q(decided_at=None), name="syncing_suspension_one_open"
            ),
            models.CheckConstraint(condition=Q(kind__in=("deletion", "emptying")), name="syncing_suspension_kind"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.entity} : {len(self.ids)}"


class Drift(models.Model):
    """Something of Gazelle's that the declaration does not know: noticed with samples, never fatal."""

    FIELD, MISSING, VALUE, TYPE = "field", "missing", "value", "type"
    KINDS = (
        (FIELD, "champ nouveau"),
        (MISSING, "champ disparu"),
        (VALUE, "valeur nouvelle"),
        (TYPE, "valeur douteuse"),
    )

    kind = models.CharField("genre", max_length=20, choices=KINDS)
    entity = models.CharField("table", max_length=40)
    path = models.CharField("champ", max_length=120)
    value = models.CharField("valeur", max_length=120, blank=True)
    samples = models.JSONField("exemples", default=list, help_text="Quelques fiches où cela s’est vu.")
    seen = models.PositiveIntegerField("fois", default=0)
    first_seen_at = models.DateTimeField("vu d’abord", default=timezone.now)
    last_seen_at = models.DateTimeField("vu en dernier", default=timezone.now)
    settled_at = models.DateTimeField("réglé", null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="par")

    class Meta:
        verbose_name = "nouveauté de Gazelle"
        verbose_name_plural = "nouveautés de Gazelle"
        constraints = (
            models.UniqueConstraint(fields=("kind", "entity", "path", "value"), name="syncing_drift_once"),
            models.CheckConstraint(
                condition=Q(kind__in=("field", "missing", "value", "type")), name="syncing_drift_kind"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.entity}.{self.path} {self.value}".strip()


class Lease(models.Model):
    """Who works on something now; it lapses by itself when its owner dies."""

    name = models.CharField(primary_key=True, max_length=80)
    owner = models.CharField("détenteur", max_length=120)
    acquired_at = models.DateTimeField("depuis")
    expires_at = models.DateTimeField("échéance")

    class Meta:
        verbose_name = "verrou de travail"
        verbose_name_plural = "verrous de travail"

    def __str__(self) -> str:
        return self.name


class GazelleConnection(models.Model):
    """Gazelle's OAuth tokens, one row per installation, encrypted with TOKEN_ENCRYPTION_KEYS."""

    SINGLETON = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=SINGLETON, editable=False)
    access_token = models.BinaryField()
    refresh_token = models.BinaryField()
    expires_at = models.DateTimeField("échéance annoncée", null=True, blank=True)
    connected_at = models.DateTimeField("connectée", default=timezone.now)
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="par"
    )
    refreshed_at = models.DateTimeField("renouvelée", null=True, blank=True)
    refused_at = models.DateTimeField(
        "refusée", null=True, blank=True, help_text="Gazelle n’accepte plus le jeton : il faut reconnecter."
    )
    refused_reason = models.TextField("motif du refus", blank=True)

    class Meta:
        verbose_name = "connexion à Gazelle"
        verbose_name_plural = "connexion à Gazelle"
        constraints = (models.CheckConstraint(condition=Q(id=1), name="syncing_gazelleconnection_single"),)

    def __str__(self) -> str:
        return "Connexion à Gazelle"


class Channel(models.TextChoices):
    """By which road a message leaves."""

    MAIL = "mail", "courriel"
    SLACK = "slack", "Slack"


class MessageState(models.TextChoices):
    """Where a message stands. Only a receipt makes one « envoyé »."""

    PENDING = "pending", "En attente"
    SENDING = "sending", "En cours d’envoi"
    SENT = "sent", "Envoyé"
    NOT_SENT = "not_sent", "Non envoyé"
    UNCERTAIN = "uncertain", "Incertain"
    FAILED = "failed", "En échec"
    SUPERSEDED = "superseded", "Remplacé"


class MessageLevel(models.TextChoices):
    """How serious what it tells is; the first words of the mail say it too."""

    FAULT = "fault", "En panne"
    WATCH = "watch", "À voir"
    INFO = "info", "Pour information"


class Message(models.Model):
    """One message to one recipient by one channel: what it says, and what became of it.

    Those of one cause to one recipient are numbered: two processes that tell the same thing at once meet on the number.
    """

    kind = models.CharField("genre", max_length=40)
    cause = models.CharField("cause", max_length=200)
    channel = models.CharField("voie", max_length=10, choices=Channel)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="personne")
    address = models.CharField("adresse", max_length=254, blank=True, help_text="Vide : le salon Slack de l’équipe.")
    number = models.PositiveIntegerField("rang")
    level = models.CharField("niveau", max_length=10, choices=MessageLevel, default=MessageLevel.INFO)
    subject = models.CharField("objet", max_length=200)
    body = models.TextField("texte")
    digest = models.CharField("empreinte", max_length=40, help_text="De ce qui compte : la même n’est pas redite.")
    ends = models.BooleanField("dit la fin", default=False)
    created_at = models.DateTimeField("créé", default=timezone.now)
    state = models.CharField("état", max_length=12, choices=MessageState, default=MessageState.PENDING)
    not_before = models.DateTimeField("pas avant", default=timezone.now)
    attempts = models.PositiveIntegerField("essais", default=0)
    claimed_until = models.DateTimeField("échéance de l’envoi", null=True, blank=True)
    message_id = models.CharField("Message-ID", max_length=200, blank=True, help_text="Noté avant l’envoi.")
    sent_at = models.DateTimeField("envoyé", null=True, blank=True)
    receipt = models.TextField("reçu", blank=True, help_text="Ce que le serveur a répondu en l’acceptant.")
    last_error = models.TextField("dernière erreur", blank=True)
    settled_at = models.DateTimeField("classé", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="classé par"
    )

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "cause", "channel", "address", "number"), name="syncing_message_number_once"
            ),
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="syncing_message_state"),
            models.CheckConstraint(condition=Q(level__in=MessageLevel.values), name="syncing_message_level"),
            # A mail without an address has no recipient; the team's room is one, and has none.
            models.CheckConstraint(
                condition=Q(channel="mail") & ~Q(address="") | Q(channel="slack", address="", user=None),
                name="syncing_message_recipient",
            ),
        )
        indexes = (
            # what is to be sent, or was being sent: the deliverer, every minute
            models.Index(
                fields=("not_before",), name="syncing_message_due", condition=Q(state__in=("pending", "sending"))
            ),
            # what somebody must look at: the system page
            models.Index(
                fields=("created_at",),
                name="syncing_message_unsettled",
                condition=Q(state__in=("failed", "uncertain"), settled_at=None),
            ),
        )

    def __str__(self) -> str:
        return self.subject


class Preference(models.Model):
    """Whether a person wants a kind of message by mail, or the team wants it in its Slack room."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name="personne",
        help_text="Vide : l’équipe, pour son salon Slack.",
    )
    kind = models.CharField("genre", max_length=40)
    channel = models.CharField("voie", max_length=10, choices=Channel)
    wanted = models.BooleanField("voulu")

    class Meta:
        verbose_name = "préférence d’avis"
        verbose_name_plural = "préférences d’avis"
        constraints = (
            models.UniqueConstraint(
                fields=("user", "kind", "channel"), condition=~Q(user=None), name="syncing_preference_once"
            ),
            models.UniqueConstraint(
                fields=("kind", "channel"), condition=Q(user=None), name="syncing_preference_room_once"
            ),
            models.CheckConstraint(
                condition=Q(channel="mail", user__isnull=False) | Q(channel="slack", user=None),
                name="syncing_preference_channel",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user or 'Salon Slack'}, {self.kind} : {'oui' if self.wanted else 'non'}"
