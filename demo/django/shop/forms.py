from django import forms

from .models import Order, Review


class OrderForm(forms.ModelForm):
    class Meta:
        model = Order
        fields = ['book', 'customer', 'email', 'quantity', 'note']
        widgets = {'note': forms.Textarea(attrs={'rows': 4})}


class ReviewForm(forms.ModelForm):
    class Meta:
        model = Review
        fields = ['stars', 'text']
