import re

from django import template
from django.forms.utils import flatatt
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import escape, format_html, json_script
from django.utils.safestring import mark_safe

from ..conf import forms_setting
from ..idempotency import owner_of

register = template.Library()

FORM = re.compile(r'<form\b([^>]*)>', re.IGNORECASE)
IS_POST = re.compile(r'\bmethod=["\']?post\b', re.IGNORECASE)
SIGN_OUT = re.compile(r'<form\b(?=[^>]*\bid="logout-form")|<a\b(?=[^>]*\bhref="[^"]*/logout/")')


@register.simple_tag(takes_context=True)
def resilient_forms(context):
    """
    The script, once a page, for the `<head>`: of every page of the site, as the page after a submission is
    where its outcome is learned.
    """
    request = context.get('request')
    if getattr(request, 'resilient_printed', False):
        return ''
    owner = context.get('resilient_owner') if request is None else owner_of(request)
    if request is not None:
        request.resilient_printed, request.resilient_owner = True, owner
    script, health = forms_setting('SCRIPT'), forms_setting('HEALTH')
    attributes = {
        'src': script if '//' in script else static(script),
        'defer': True,
        'nonce': str(context.get('csp_nonce') or getattr(request, 'csp_nonce', '')),
        'integrity': forms_setting('INTEGRITY'),
        'crossorigin': 'anonymous' if forms_setting('INTEGRITY') else '',
        'data-health': health if health.startswith('/') else reverse(health),
        # Left out when nobody is signed in: an empty template variable would be printed as an owner called
        # None.
        'data-owner': owner,
        'data-forms': forms_setting('FORMS'),
        'data-ui': forms_setting('UI'),
    }
    given = {name: value for name, value in attributes.items() if value}
    tag = format_html('<script{}></script>', flatatt(given))
    options = forms_setting('OPTIONS')
    return json_script(options, 'resilient-forms-config') + tag if options else tag


@register.tag('resilient_form')
def resilient_form(parser, token):
    """
    Puts `data-resilient` on the POST forms of what it encloses, where the form tags are another template's:
    `{% resilient_form opts.model_name %}{{ block.super }}{% end_resilient_form %}`; `drafts="off"` goes
    along.
    """
    _, name, *options = token.split_contents()
    settings = dict(option.split('=', 1) for option in options)
    drafts = parser.compile_filter(settings['drafts']) if 'drafts' in settings else None
    nodes = parser.parse(('end_resilient_form',))
    parser.delete_first_token()
    return _FormNode(nodes, parser.compile_filter(name), drafts)


class _FormNode(template.Node):
    def __init__(self, nodelist, name, drafts):
        self.nodelist, self.name, self.drafts = nodelist, name, drafts

    def render(self, context):
        attributes = f' data-resilient="{escape(self.name.resolve(context))}"'
        drafts = self.drafts and self.drafts.resolve(context)
        if drafts:
            attributes += f' data-resilient-drafts="{escape(drafts)}"'

        def mark(match):
            own = match.group(1)
            if 'data-resilient' in own or not IS_POST.search(own):
                return match.group(0)
            return f'<form{attributes}{own}>'

        return mark_safe(FORM.sub(mark, self.nodelist.render(context)))


@register.tag('resilient_sign_out')
def resilient_sign_out(parser, token):
    """Puts `data-resilient-sign-out` on the link or form that signs out, within what it encloses."""
    nodes = parser.parse(('end_resilient_sign_out',))
    parser.delete_first_token()
    return _SignOutNode(nodes)


class _SignOutNode(template.Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        return mark_safe(SIGN_OUT.sub(r'\g<0> data-resilient-sign-out', self.nodelist.render(context)))
