from django.apps import apps
from django.contrib import admin

from .models import Author, Book, Chapter, Order, Review, Tag

if apps.is_installed('resilient_forms'):
    from resilient_forms.admin import ResilientModelAdmin as ModelAdmin
    from resilient_forms.admin import ResilientStackedInline as StackedInline
    from resilient_forms.admin import ResilientTabularInline as TabularInline
else:
    from django.contrib.admin import ModelAdmin, StackedInline, TabularInline


class ChapterInline(TabularInline):
    model = Chapter
    extra = 0


class ReviewInline(StackedInline):
    model = Review
    extra = 0


@admin.register(Author)
class AuthorAdmin(ModelAdmin):
    search_fields = ['name']


@admin.register(Tag)
class TagAdmin(ModelAdmin):
    search_fields = ['name']


@admin.register(Book)
class BookAdmin(ModelAdmin):
    list_display = ['title', 'author', 'price', 'stock', 'featured', 'published_at']
    list_editable = ['stock', 'featured']
    list_filter = ['featured', 'tags']
    date_hierarchy = 'published_at'
    search_fields = ['title', 'author__name']
    autocomplete_fields = ['author']
    filter_horizontal = ['tags']
    prepopulated_fields = {'slug': ['title']}
    inlines = [ChapterInline, ReviewInline]
    actions = ['feature']

    @admin.action(description='Feature selected books')
    def feature(self, request, queryset):
        count = queryset.update(featured=True)
        self.message_user(request, f'{count} books are featured now.')


@admin.register(Order)
class OrderAdmin(ModelAdmin):
    list_display = ['id', 'book', 'quantity', 'created_at']
    autocomplete_fields = ['book']
