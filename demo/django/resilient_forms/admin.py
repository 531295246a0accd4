"""Model admins whose forms survive bad connections."""
from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR

from .decorators import handled


class ResilientFieldsMixin:
    """
    `resilient_ignore`: names of fields that are never stored on the device; a form with one filled in is not
    queued.
    """

    resilient_ignore = ()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name in self.resilient_ignore:
            field.widget.attrs['data-resilient-ignore'] = ''
        return field


class ResilientModelAdmin(ResilientFieldsMixin, admin.ModelAdmin):
    """
    Change form, changelist and delete pages carry `data-resilient` and the script. A subclass with templates
    of its own puts `{% resilient_form %}` around `{{ block.super }}` in them.
    """

    add_form_template = 'resilient_forms/admin/change_form.html'
    change_form_template = 'resilient_forms/admin/change_form.html'
    change_list_template = 'resilient_forms/admin/change_list.html'
    delete_confirmation_template = 'resilient_forms/admin/delete_confirmation.html'
    delete_selected_confirmation_template = 'resilient_forms/admin/delete_selected_confirmation.html'

    # In a pop-up what was saved is answered with a page that closes the window, no redirect.

    def response_add(self, request, obj, post_url_continue=None):
        return _handled_in_popup(request, super().response_add(request, obj, post_url_continue))

    def response_change(self, request, obj):
        return _handled_in_popup(request, super().response_change(request, obj))

    def response_delete(self, request, obj_display, obj_id):
        return _handled_in_popup(request, super().response_delete(request, obj_display, obj_id))


class ResilientTabularInline(ResilientFieldsMixin, admin.TabularInline):
    """Rows of a resilient change form."""


class ResilientStackedInline(ResilientFieldsMixin, admin.StackedInline):
    """Rows of a resilient change form."""


def _handled_in_popup(request, response):
    return handled(response) if IS_POPUP_VAR in request.POST else response
