from django.conf import settings
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import include, path
from django.views.generic import ListView

urlpatterns = [path('admin/', admin.site.urls), path('', include('shop.urls'))]

if settings.MODE == 'full':
    # Before the admin, whose own patterns would take /admin/connection-status/ for an unknown page of it.
    urlpatterns.insert(0, path('', include('resilient_forms.urls')))

if settings.MODE == 'dropin':
    # Django's own view of a table that every project has, and a template: a status that knows of the
    # database.
    health = ListView.as_view(model=ContentType, template_name='health.txt', content_type='application/json')
    urlpatterns.insert(0, path('health/', health))
