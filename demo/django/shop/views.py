from django.apps import apps
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render

from .forms import OrderForm, ReviewForm
from .models import Book, Order, Review
from .operations import COUNT_VISIT, count_visit

RESILIENT = apps.is_installed('resilient_forms')
if RESILIENT:
    from resilient_forms.connection import run_or_park
    from resilient_forms.drafts import clear_form_draft, load_form_draft, save_form_draft

# With the app the pages stand on its base template; without it, on one that a project may override.
BASE = 'resilient_forms/base.html' if RESILIENT else 'shop/plain.html'


def home(request):
    """Needs no database for a visitor: the visit is counted when there is one."""
    if RESILIENT:
        run_or_park(COUNT_VISIT, {'page': 'home'})
    else:
        count_visit({'page': 'home'})
    return show(request, 'home', 'Harbour Books')


def order(request):
    if request.method == 'POST':
        return keep(request) if RESILIENT and '_keep' in request.POST else place(request)
    initial = RESILIENT and load_form_draft(request, 'order') or None
    return show(request, 'order', 'Order a book', form=OrderForm(initial=initial))


def place(request):
    form = OrderForm(request.POST)
    if not form.is_valid():
        return show(request, 'order', 'Order a book', form=form)
    form.instance.owner = request.user.get_username()
    form.save()
    if RESILIENT:
        clear_form_draft(request, 'order')
    messages.success(request, f'Order {form.instance.pk} was received.')
    return redirect('shop:received')


def keep(request):
    """For going on later, from another device."""
    if save_form_draft(request, request.POST, 'order', exclude=['_keep']):
        messages.info(request, 'Kept for later.')
    else:
        messages.warning(request, 'It could not be kept.')
    return redirect('shop:order')


@login_required
def review(request, slug: str):
    book = get_object_or_404(Book, slug=slug)
    form = ReviewForm(request.POST or None, instance=Review(book=book, reviewer=request.user.get_username()))
    if request.method == 'POST' and form.is_valid():
        form.save()
        messages.success(request, 'Thank you for the review.')
        return redirect('shop:received')
    return show(request, 'review', f'Review {book}', form=form)


def received(request):
    mine = Order.objects.filter(owner=request.user.get_username()) if request.user.is_authenticated else []
    return show(request, 'received', 'Thank you', orders=mine)


def show(request, name: str, title: str, **context):
    common = {'base': BASE, 'resilient': RESILIENT, 'title': title}
    return render(request, f'shop/{name}.html', {**common, **context})
