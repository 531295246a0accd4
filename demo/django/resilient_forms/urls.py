from django.urls import path

from . import views

app_name = 'resilient_forms'

urlpatterns = [
    path('health/', views.health_view, name='health'),
    path('health/simple/', views.simple_health_view, name='simple-health'),
    path('admin/connection-status/', views.connection_status_view, name='connection-status'),
    path('admin/retry-operations/', views.retry_operations_view, name='retry-operations'),
]
