from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = 'shop'
    default_auto_field = 'django.db.models.BigAutoField'

    def ready(self) -> None:
        from . import operations  # noqa: F401  registers what may be parked
