from django.apps import AppConfig


class ResilientFormsConfig(AppConfig):
    name = 'resilient_forms'
    verbose_name = 'Resilient forms'
    default_auto_field = 'django.db.models.BigAutoField'

    def ready(self) -> None:
        from . import checks, outage  # noqa: F401  the one registers checks

        outage.watch_errors()
